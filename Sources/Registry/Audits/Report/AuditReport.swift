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
    let contents = try audited(scope, from: [.books, .reports, .persons]) {
      try reportContents(scope, language, isKept: true, $0)
    } orElse: {
      try reportContents(scope, language, isKept: false, $0)
    }
    let sections = contents.sections
    return PrintedReport(
      page: contents.page(sections), tables: sections.flatMap(\.tables).map { ($0.name, $0.csv) })
  }

  /// All is read of one state; that it is said as known at its commit makes it the same when it is asked again.
  private func reportContents(
    _ scope: AuditScope, _ language: ReportLanguage, isKept: Bool, _ transaction: any StoreSnapshot
  ) throws -> ReportContents {
    var moment = scope
    moment.knownAt = scope.knownAt ?? transaction.knownAt
    func by(_ dimensions: Dimension...) -> AuditScope {
      var scope = moment
      scope.dimensions = dimensions
      return scope
    }
    let monitoring =
      try isKept
      ? keptMonitoring(moment, of: nil, transaction) : computedMonitoring(moment, of: nil, transaction)
    let chain = try transaction.chainHead(knownAt: moment.knownAt)
    return ReportContents(
      language: language, reference: try reference(transaction, knownAt: moment.knownAt).data,
      savings: try isKept ? keptSavings(by(.month), transaction) : computedSavings(by(.month), transaction),
      rates: try isKept ? keptRates(moment, transaction) : computedRates(moment, transaction),
      settlement: try settlement(moment, transaction),
      repeats: try isKept
        ? keptRepeats(by(.item), asIfConnected: true, transaction)
        : computedRepeats(by(.item), asIfConnected: true, transaction),
      monitoring: monitoring,
      alerts: try alerts(in: monitoring, of: nil, transaction, moment),
      coverage: try isKept ? keptCoverage(moment, transaction) : computedCoverage(moment, transaction),
      events: chain.events, head: chain.digest.hex)
  }
}
