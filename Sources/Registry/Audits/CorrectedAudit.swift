import Catalogue
public import Clinical
import Recognition
import RegistryStore
public import Savings

/// What `huren audit corrected` answers: decisions stay what they were, but somebody may have to call the patient.
public struct CorrectedAudit: RecomputedAudit, Sendable {
  /// What a report said of an item.
  public struct Result: Encodable, Sendable, Hashable {
    /// As sent, comparator included; words where it is no number; nil for images alone.
    public var value: String?
    public var unit: String?
    public var referenceRange: String?
    public var flag: String
    public var status: String
    public var clinicalTime: String?
  }

  /// A result of the chosen item, as it was decided on and as it is now; nil on the side where it is not there.
  public struct Change: Encodable, Sendable {
    public var item: String
    public var before: Result?
    public var after: Result?
  }

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
    /// The feedback that adopted it.
    public var event: String?
    /// The report that was decided on.
    public var institution: String
    public var reportId: String
    /// `corrected`, `cancelled`, or `reissued` when the report was sent again and what was decided on stands as it stood.
    public var now: String
    public var changes: [Change]
    /// When its newest version was told, and when it was recorded here.
    public var versionTime: String
    public var recordedAt: String
  }

  public var period: AuditPeriod
  public var rows: [Row] = []
  /// Whether what is kept agrees; nil where that was not asked.
  public var recompute: AuditComparison?

  private enum Key: String, CodingKey {
    case rows, recompute
  }

  public func encode(to encoder: any Encoder) throws {
    try period.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(rows, forKey: .rows)
    try container.encodeIfPresent(recompute, forKey: .recompute)
  }

  /// As a page for people: each ordering institution's own list.
  public var text: PrintedText {
    var lines: [PrintedText] = []
    for (place, row) in rows.enumerated() {
      if place == 0 || rows[place - 1].orderingInstitution != row.orderingInstitution {
        let own = rows.count { $0.orderingInstitution == row.orderingInstitution }
        lines.append("\(row.orderingInstitution): \(own) to look at")
      }
      let answer = row.event.map { "accepted \($0)" } ?? "not accepted"
      lines.append(
        """
          \(row.orderedAt)\t\(row.department ?? "-")\t\(row.clinician ?? "-")\t\(row.person)\torder \(row.orderId)\t\(row.item)\t\
        \(answer)\tdecision \(row.decisionId)\t\(row.institution) \(row.reportId) \(row.now) \(row.versionTime)
        """)
      lines += row.changes.map { change -> PrintedText in
        "    \(change.item): \(change.before?.text ?? "not there") → \(change.after?.text ?? "withdrawn")"
      }
    }
    return (lines + ["\(rows.count) decisions on results that were corrected or cancelled later"])
      .joined(separator: "\n")
  }
}

extension CorrectedAudit.Row {
  fileprivate var place: [String] { [orderingInstitution, orderedAt, orderId, item, institution, reportId] }
}

extension CorrectedAudit.Result {
  fileprivate var text: String {
    let words = value.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") } ?? "images"
    let range = referenceRange.map { "[\($0)]" }
    return ([words, unit, range].compactMap { $0 } + ["(\(flag), \(status))"]).joined(separator: " ")
  }

  fileprivate init(_ candidate: Candidate, _ zone: RegistryZone) {
    value = candidate.numeric.map { ($0.comparator?.rawValue ?? "") + $0.digits } ?? candidate.text
    unit = candidate.unit
    referenceRange = candidate.referenceRange
    flag = candidate.flag.rawValue
    status = candidate.status.rawValue
    clinicalTime = candidate.clinicalTime.map { zone.rfc3339($0) }
  }
}

extension Registry {
  /// The prompts of a period whose chosen results have another newest version now than the one that was decided on, by ordering
  /// institution.
  ///
  /// - Parameters:
  ///   - institution: the list of this one alone; nil: of all.
  ///   - recomputes: whether it is computed anew, and what is kept held against it.
  /// - Throws: `RegistryError.unknownInstitution`.
  public func auditCorrected(
    _ scope: AuditScope, of institution: String? = nil, recomputes: Bool = false
  ) throws -> CorrectedAudit {
    func kept(_ transaction: any StoreSnapshot) throws -> CorrectedAudit {
      let reference = try reference(transaction, knownAt: nil).data
      let orders = try transaction.correctedOrders()
      return try corrected(
        scope, of: institution, ledger(of: orders, transaction, reference: reference, at: scope.at), transaction)
    }
    func computed(_ transaction: any StoreSnapshot) throws -> CorrectedAudit {
      let reference = try reference(transaction, knownAt: scope.knownAt).data
      let ledger = try ledger(transaction, reference: reference, at: scope.at, knownAt: scope.knownAt)
      return try corrected(scope, of: institution, ledger, transaction)
    }
    if recomputes { return try recomputed(.books, kept, computed: computed) }
    return try audited(scope, from: .books, kept, orElse: computed)
  }

  /// - Parameter ledger: of all orders, or of all that chose a report that has other versions now.
  private func corrected(
    _ scope: AuditScope, of institution: String?, _ ledger: Ledger, _ transaction: any StoreSnapshot
  ) throws -> CorrectedAudit {
    let reference = try reference(transaction, knownAt: scope.knownAt).data
    if let institution, reference.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    let zone = reference.zone
    var audit = CorrectedAudit(period: AuditPeriod(scope, zone: zone, unreadable: ledger.unreadable))
    for prompt in ledger.prompts() where scope.contains(prompt.decision.orderedAt.instant) {
      let decision = prompt.decision
      guard decision.orderingInstitution == institution ?? decision.orderingInstitution else { continue }
      // Each part of a report has its own versions.
      let byPart = Dictionary(grouping: prompt.item.chosen, by: { [$0.institution, $0.reportId, $0.version] })
      for (report, chosen) in byPart {
        let versions = try transaction.reportVersions(
          institution: report[0], number: report[1], knownAt: scope.knownAt)
        guard let then = versions.first(where: { $0.content.hex == chosen[0].version }),
          let state = ReportState.parts(of: versions.map(\.version)).part(of: then.report),
          state.version != chosen[0].version
        else { continue }
        let items = Set(chosen.map(\.item))
        let changes = try changes(
          of: decision.person, items, from: versions.decided(on: then), to: state, reference, transaction, scope)
        let isGone = state.isCancelled || (!changes.isEmpty && changes.allSatisfy(\.isWithdrawal))
        let newest = versions.filter { $0.content.hex == state.version }.map(\.recordedAt).min()
        audit.rows.append(
          CorrectedAudit.Row(
            orderId: decision.orderId, decisionId: decision.decisionId, person: decision.person,
            orderingInstitution: decision.orderingInstitution, department: decision.department,
            clinician: decision.clinician, orderedAt: zone.rfc3339(decision.orderedAt.instant),
            item: prompt.item.item, accepted: prompt.acceptedAt != nil,
            event: prompt.acceptedAt.flatMap { _ in prompt.response?.event }, institution: report[0],
            reportId: report[1], now: isGone ? "cancelled" : changes.isEmpty ? "reissued" : "corrected",
            changes: changes, versionTime: zone.rfc3339(state.report.versionTime),
            recordedAt: newest.map { zone.rfc3339($0) } ?? ""))
      }
    }
    audit.rows.sort { $0.place.lexicographicallyPrecedes($1.place) }
    return audit
  }

  /// What a report says of some items now, where that is not what it said then.
  private func changes(
    of code: String, _ items: Set<String>, from then: ReportState?, to now: ReportState, _ reference: ReferenceData,
    _ transaction: any StoreSnapshot, _ scope: AuditScope
  ) throws -> [CorrectedAudit.Change] {
    let person = try transaction.currentPerson(code, knownAt: scope.knownAt) ?? code
    let links = try transaction.links(person: person, knownAt: scope.knownAt)
    let facts = try facts(of: person, links, OrderPatient(person: person), transaction, knownAt: scope.knownAt)
    let reading = CandidateReading(reference: reference, person: facts)
    func results(_ state: ReportState?) -> [[String]: CorrectedAudit.Result] {
      let candidates = state.map { reading.candidates(of: $0, items: items) } ?? []
      // Of one item with the same sub-id twice, each is told.
      var seen: [[String]: Int] = [:]
      return candidates.reduce(into: [:]) { result, candidate in
        let key = [candidate.item.code, candidate.subID]
        seen[key, default: 0] += 1
        result[key + [String(seen[key] ?? 0)]] = CorrectedAudit.Result(candidate, reference.zone)
      }
    }
    let (before, after) = (results(then), results(now))
    return Set(before.keys).union(after.keys).sorted { $0.lexicographicallyPrecedes($1) }.compactMap { key in
      before[key] == after[key]
        ? nil : CorrectedAudit.Change(item: key[0], before: before[key], after: after[key])
    }
  }
}

extension CorrectedAudit.Change {
  fileprivate var isWithdrawal: Bool {
    after.map { ResultStatus(rawValue: $0.status)?.isCancelled ?? false } ?? true
  }
}

extension [StoredReportVersion] {
  /// The part of a version as it was when that was its newest.
  fileprivate func decided(on then: StoredReportVersion) -> ReportState? {
    let newest = then.version
    return ReportState.parts(of: map(\.version).filter { !newest.givesWay(to: $0) }).part(of: then.report)
  }
}

extension [ReportState] {
  /// The part of a report that a version of it is of.
  fileprivate func part(of version: Report) -> ReportState? {
    let same = filter { $0.report.isOfSameOrder(as: version) }
    if same.count > 1, version.updateMode == .document {
      return same.first { !$0.report.isOfOtherMeasurements(than: version) } ?? same[0]
    }
    return same.first ?? first
  }
}
