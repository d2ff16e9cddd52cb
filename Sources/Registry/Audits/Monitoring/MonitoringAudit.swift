import Catalogue
import RegistryStore
public import Savings

/// What `huren audit monitoring` answers: each institution's months, and those that are out of the limits its other months set.
public struct MonitoringAudit: RecomputedAudit, Sendable {
  public var period: AuditPeriod
  public var rows: [MonitoringBooks.Row]
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case charts, rows, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    let charts = MonitoringMeasure.allCases.map { ($0.rawValue, $0.chart) }
    try container.encode(Dictionary(uniqueKeysWithValues: charts), forKey: .charts)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }

  /// The months that are out, by institution, month and measure.
  var found: [(alert: String, row: MonitoringBooks.Row, measure: MonitoringMeasure, point: ControlChart.Point)] {
    rows.flatMap { row in
      MonitoringMeasure.allCases.compactMap { measure in
        guard let point = row.measures[measure], point.isOut else { return nil }
        return (AlertEvent.alertID(row.institution, measure, row.month), row, measure, point)
      }
    }
  }
}

extension Registry {
  /// Watches tests, cost, positive, repeat and recognition rates and large equipment by institution and month.
  ///
  /// - Parameters:
  ///   - scope: the period is one of order times.
  ///   - institution: the one that ordered; nil: all.
  ///   - recomputes: whether it is computed anew, and what is kept held against it.
  /// - Throws: `RegistryError.unknownInstitution`.
  public func auditMonitoring(
    _ scope: AuditScope, of institution: String? = nil, recomputes: Bool = false
  ) throws -> MonitoringAudit {
    if recomputes {
      return try recomputed(.persons) {
        try keptMonitoring(scope, of: institution, $0)
      } computed: {
        try computedMonitoring(scope, of: institution, $0)
      }
    }
    return try audited(scope, from: .persons) {
      try keptMonitoring(scope, of: institution, $0)
    } orElse: {
      try computedMonitoring(scope, of: institution, $0)
    }
  }

  /// As pages and books have it.
  func keptMonitoring(
    _ scope: AuditScope, of institution: String?, _ transaction: any StoreSnapshot
  ) throws -> MonitoringAudit {
    let reference = try reference(transaction, knownAt: nil).data
    if let institution, reference.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    var books = MonitoringBooks(scope, institution: institution, reference: reference)
    let texts = PageTexts(transaction)
    let (scan, others) = try scanQuestions(scope, reference, transaction) {
      MonitoringScan(scope, reference: reference, without: $0)
    } add: {
      try $0.add(page: $1, word: texts.text)
    } unsettled: {
      $0.unsettled
    }
    try scan.add(to: &books, word: texts.text)
    var asked = MonitoringScan(scope, reference: reference, without: [])
    asked.add(others)
    asked.add(to: &books)
    var byMonth = scope
    byMonth.dimensions = [.institution, .month]
    let prompts = try keptSavings(byMonth, transaction)
    books.add(prompts: prompts.figures)
    return MonitoringAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: prompts.period.unreadable), rows: books.rows)
  }

  func computedMonitoring(
    _ scope: AuditScope, of institution: String?, _ transaction: any StoreSnapshot
  ) throws -> MonitoringAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    if let institution, reference.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    var books = MonitoringBooks(scope, institution: institution, reference: reference)
    var counted: (person: String, entry: Int)?
    _ = try eachRepeat(scope, asIfConnected: true, reference, transaction) { finding, person, history, index in
      books.add(finding)
      if counted?.person == person, counted?.entry == index { return }
      counted = (person, index)
      books.add(results: history.entries[index].candidates, of: finding.question)
    }
    let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
    for prompt in ledger.prompts() { books.add(prompt) }
    return MonitoringAudit(
      period: AuditPeriod(scope, zone: reference.zone, unreadable: ledger.unreadable), rows: books.rows)
  }
}
