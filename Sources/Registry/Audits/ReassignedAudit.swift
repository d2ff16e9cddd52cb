import Catalogue
public import Clinical
import RegistryStore
public import Savings

/// What `huren audit reassigned` answers: recorded decisions that stood on a result which belongs to somebody else now, or which its
/// person says is not theirs.
public struct ReassignedAudit: Encodable, Sendable {
  public struct Row: Encodable, Sendable {
    public var orderId: String
    public var decisionId: String
    public var person: String
    public var orderingInstitution: String
    public var department: String?
    public var clinician: String?
    public var orderedAt: String
    public var item: String
    /// Whether the prior result was adopted.
    public var accepted: Bool
    public var institution: String
    public var reportId: String
    /// Whose the report is now; nil for one in dispute.
    public var belongsTo: String?
  }

  public var period: AuditPeriod
  public var rows: [Row] = []

  private enum Key: String, CodingKey {
    case rows
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
  }

  /// As a page for people.
  public var text: PrintedText {
    let lines = rows.map { row -> PrintedText in
      """
      \(row.orderedAt)\t\(row.orderingInstitution)\t\(row.department ?? "-")\t\(row.clinician ?? "-")\t\(row.person)\t\
      \(row.item)\t\(row.accepted ? "accepted" : "not accepted")\t\(row.institution) \(row.reportId)\t\
      \(row.belongsTo.map { "now of \($0)" } ?? "in dispute")
      """
    }
    return (lines + ["\(rows.count) decisions on results that belong to somebody else now, or are in dispute"])
      .joined(separator: "\n")
  }
}

extension Registry {
  /// The prompts of a period whose chosen results are no more, for sure, their person's.
  public func auditReassigned(_ scope: AuditScope) throws -> ReassignedAudit {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      let zone = reference.zone
      let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
      var audit = ReassignedAudit(period: AuditPeriod(scope, zone: zone, unreadable: ledger.unreadable))
      for prompt in ledger.prompts() where scope.contains(prompt.decision.orderedAt.instant) {
        let decision = prompt.decision
        let person = try transaction.currentPerson(Ledger.Subject(decision), knownAt: scope.knownAt)
        var told: Set<[String]> = []
        for chosen in prompt.item.chosen where told.insert([chosen.institution, chosen.reportId]).inserted {
          let owners = try owners(ofReport: chosen.reportId, of: chosen.institution, transaction, scope.knownAt)
          let report = ReportNumbers(institution: chosen.institution, numbers: [chosen.reportId])
          let isDisputed = try transaction.isDisputed(report, knownAt: scope.knownAt)
          let stranger = owners.first { $0 != person }
          if stranger == nil, !isDisputed { continue }
          audit.rows.append(
            ReassignedAudit.Row(
              orderId: decision.orderId, decisionId: decision.decisionId, person: decision.person,
              orderingInstitution: decision.orderingInstitution, department: decision.department,
              clinician: decision.clinician, orderedAt: zone.rfc3339(decision.orderedAt.instant),
              item: prompt.item.item, accepted: prompt.acceptedAt != nil, institution: chosen.institution,
              reportId: chosen.reportId, belongsTo: stranger))
        }
      }
      return audit
    }
  }

  private func owners(
    ofReport number: String, of institution: String, _ transaction: any StoreSnapshot, _ knownAt: Instant?
  ) throws -> [String] {
    let versions = try transaction.versions(institution: institution, number: number, knownAt: knownAt)
    let records = Set(versions.map(\.record)).sorted()
    return try records.compactMap { try transaction.link(record: $0, knownAt: knownAt)?.person }
  }
}
