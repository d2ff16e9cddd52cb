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
  var byReport: [[StoredReportVersion]] {
    var order: [ReportKey] = []
    var groups: [ReportKey: [StoredReportVersion]] = [:]
    for version in self {
      let key = ReportKey(institution: version.institution, number: version.report.reportNumber)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(version)
    }
    return order.compactMap { groups[$0] }
  }
}

private struct ReportKey: Hashable {
  var institution: String
  var number: String
}
