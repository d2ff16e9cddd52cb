import Catalogue
import Clinical
import RegistryStore
public import Savings

/// What `huren audit report` writes: a page to read and print, and its tables as CSV.
public struct PrintedReport: Sendable {
  /// HTML in UTF-8; one file, without anything from elsewhere.
  public let page: String
  /// By name, without the ending.
  public let tables: [(name: String, csv: String)]
}

extension Registry {
  /// The audits of a period as one page, all of it as known at one moment.
  public func auditReport(_ scope: AuditScope, language: ReportLanguage) throws -> PrintedReport {
    var scope = scope
    // What is recorded meanwhile stays out of every part alike.
    scope.knownAt = scope.knownAt ?? clock()
    func by(_ dimensions: Dimension...) -> AuditScope {
      var scope = scope
      scope.dimensions = dimensions
      return scope
    }
    let moment = scope
    let monitoring = try auditMonitoring(moment)
    let alerts = try store.read { try self.alerts(in: monitoring, of: nil, $0, moment) }
    let chain = try store.read { try $0.chainHead(knownAt: moment.knownAt) }
    let contents = ReportContents(
      language: language, reference: try reference(knownAt: moment.knownAt).data, savings: try auditSavings(by(.month)),
      rates: try auditRates(moment),
      settlement: try auditSettlement(moment), repeats: try auditRepeats(by(.item), asIfConnected: true),
      monitoring: monitoring, alerts: alerts, coverage: try auditCoverage(moment), events: chain.events,
      head: chain.digest.hex)
    let sections = contents.sections
    return PrintedReport(
      page: contents.page(sections), tables: sections.flatMap(\.tables).map { ($0.name, $0.csv) })
  }
}
