import Clinical
import RegistryStore

extension StoredReportVersion {
  /// As `ReportState` folds it.
  var version: ReportVersion {
    ReportVersion(report: report, institution: institution, contentDigest: content.hex)
  }
}

extension [StoredReportVersion] {
  /// The reports these versions are of, each in its state, by institution and number; with the record it belongs to.
  var states: [(state: ReportState, record: Int64)] {
    // Nearly every report has one version: only those that have more are gathered.
    var order: [ReportKey] = []
    var groups: [ReportKey: [StoredReportVersion]] = [:]
    for version in self {
      let key = ReportKey(institution: version.institution, number: version.report.reportNumber)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(version)
    }
    return order.compactMap { key in
      guard let versions = groups[key], let state = ReportState(versions.map(\.version)) else { return nil }
      return (state, versions[0].record)
    }
  }
}

private struct ReportKey: Hashable {
  var institution: String
  var number: String
}
