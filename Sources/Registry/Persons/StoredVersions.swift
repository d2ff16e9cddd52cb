import Clinical
import RegistryStore

extension StoredReportVersion {
  /// As `ReportState` folds it.
  var version: ReportVersion {
    ReportVersion(report: report, institution: institution, contentDigest: content.hex)
  }
}

extension [StoredReportVersion] {
  /// The versions of each report together, in the order in which the first of each stands here.
  ///
  /// Versions are of one report when they have one number or share any other id. All of them then carry the number of the oldest, by
  /// which others may know the report.
  var byReport: [[StoredReportVersion]] {
    var order: [Int] = []
    var groups: [Int: [StoredReportVersion]] = [:]
    var places: [ReportKey: Int] = [:]
    for version in self {
      let known = Set(version.keys.compactMap { places[$0] })
      let place = known.min() ?? order.count
      if known.isEmpty { order.append(place) }
      groups[place, default: []].append(version)
      for other in known where other != place {
        groups[place, default: []] += groups.removeValue(forKey: other) ?? []
        for (key, old) in places where old == other { places[key] = place }
      }
      for key in version.keys { places[key] = place }
    }
    return order.compactMap { groups[$0] }.map(\.underOneNumber)
  }

  private var underOneNumber: [StoredReportVersion] {
    guard let first, contains(where: { $0.report.reportNumber != first.report.reportNumber }) else { return self }
    let oldest = self.min { $0.version.isOlder(than: $1.version) } ?? first
    return map { version in
      var version = version
      version.report.reportNumber = oldest.report.reportNumber
      return version
    }
  }
}

private struct ReportKey: Hashable {
  var institution: String
  var id: String
}

extension StoredReportVersion {
  fileprivate var keys: [ReportKey] {
    let ids = number == report.reportNumber ? [number] : [number, report.reportNumber]
    return (ids + report.identities).map { ReportKey(institution: institution, id: $0) }
  }
}
