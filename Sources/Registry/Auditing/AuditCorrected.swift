import Catalogue
import Clinical
import Foundation
import RegistryStore
public import Savings

/// What `huren audit corrected` answers: decisions stay what they were, but somebody may have to call the patient.
public struct CorrectedAudit: Encodable, Sendable {
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
    /// The report that was decided on.
    public var institution: String
    public var reportId: String
    /// `corrected` or `cancelled`.
    public var now: String
    /// When its newest version was told, and when it was recorded here.
    public var versionTime: String
    public var recordedAt: String
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
  public var text: String {
    let lines = rows.map { row in
      """
      \(row.orderedAt)\t\(row.orderingInstitution)\t\(row.department ?? "-")\t\(row.clinician ?? "-")\t\(row.person)\t\
      \(row.item)\t\(row.accepted ? "accepted" : "not accepted")\t\(row.institution) \(row.reportId) \(row.now) \
      \(row.versionTime)
      """
    }
    return (lines + ["\(rows.count) decisions on results that were corrected or cancelled later"])
      .joined(separator: "\n")
  }
}

extension Registry {
  /// The prompts of a period whose chosen results have another newest version now than the one that was decided on.
  public func auditCorrected(_ scope: AuditScope) throws -> CorrectedAudit {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      let zone = reference.zone
      var audit = CorrectedAudit(period: AuditPeriod(scope, zone: zone))
      let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
      for prompt in ledger.prompts() where scope.contains(prompt.decision.orderedAt.instant) {
        var told: Set<[String]> = []
        for chosen in prompt.item.chosen where told.insert([chosen.institution, chosen.reportId]).inserted {
          let versions = try transaction.reportVersions(
            institution: chosen.institution, number: chosen.reportId, knownAt: scope.knownAt)
          guard let state = ReportState(versions.map(\.version)), state.version != chosen.version else { continue }
          let decision = prompt.decision
          let newest = versions.filter { $0.content.hex == state.version }.map(\.recordedAt).min()
          audit.rows.append(
            CorrectedAudit.Row(
              orderId: decision.orderId, decisionId: decision.decisionId, person: decision.person,
              orderingInstitution: decision.orderingInstitution, department: decision.department,
              clinician: decision.clinician, orderedAt: zone.rfc3339(decision.orderedAt.instant),
              item: prompt.item.item, accepted: prompt.acceptedAt != nil, institution: chosen.institution,
              reportId: chosen.reportId, now: state.isCancelled ? "cancelled" : "corrected",
              versionTime: zone.rfc3339(state.report.versionTime),
              recordedAt: newest.map { zone.rfc3339($0) } ?? ""))
        }
      }
      return audit
    }
  }
}
