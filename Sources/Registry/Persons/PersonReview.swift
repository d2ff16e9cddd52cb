import Catalogue
public import Clinical
import Foundation
import PersonIndex
import RegistryStore

/// Something that awaits a human: who is who, or whose a report is.
public struct PersonReview: Encodable, Sendable {
  /// What an institution says of one of the two.
  public struct Side: Encodable, Sendable {
    public var person: String
    public var record: String
    public var institution: String
    public var name: String?
    public var sex: String?
    public var birthDate: String?
    public var phones: [String]
    public var address: String?
    public var identifiers: [PersonView.NumberView]
    /// Reports that change hands with the answer.
    public var reports: Int
  }

  public var task: Int64
  public var since: String
  /// Reports of the smaller side times the chance, guards counted, that the two are one: what looking at it first is worth.
  public var value: Double
  public var sides: [Side]
  public var evidence: MatchView

  /// As lines for people, the two side by side.
  public var text: PrintedText {
    let rows: [(String, (Side) -> String)] = [
      ("person", { $0.person }), ("record", { "\($0.institution) \($0.record)" }), ("name", { $0.name ?? "-" }),
      ("sex", { $0.sex ?? "-" }), ("birth date", { $0.birthDate ?? "-" }),
      ("telephones", { $0.phones.joined(separator: " ") }), ("address", { $0.address ?? "-" }),
      ("numbers", { $0.identifiers.map { "\($0.type) \($0.value)" }.joined(separator: ", ") }),
      ("reports", { String($0.reports) }),
    ]
    let table = rows.map { name, cell -> PrintedText in
      "    \(name): \(sides.map(cell).joined(separator: "  |  "))"
    }
    return (["task \(task), since \(since)"] + table + [evidence.text]).joined(separator: "\n")
  }
}

/// A report in dispute.
public struct OpenDispute: Encodable, Sendable {
  public var institution: String
  public var reportId: String
  public var person: String?
  public var since: String
}

extension Registry {
  /// What awaits a human, the most valuable first.
  ///
  /// - Parameter limit: of the tasks shown; all are counted.
  public func reviews(limit: Int) throws -> (open: Int, tasks: [PersonReview], disputes: [OpenDispute]) {
    try readJudging { transaction, matching in
      let zone = try reference(transaction, knownAt: nil).data.zone
      let open = try transaction.openReviews()
      var tasks: [PersonReview] = []
      // The likeliest are asked for their reports; of many hundred the order among the least likely tells nothing.
      for task in open.prefix(max(limit * 4, 200)) {
        let sides = try [task.records.a, task.records.b].map { try side($0, transaction) }
        let guards = task.guards.compactMap(LinkDecision.Guard.init).reduce(0) { $0 + $1.bits }
        let chance = 1 / (1 + exp2(-(task.bits + guards)))
        let value = Double(sides.map(\.reports).min() ?? 0) * chance
        tasks.append(
          PersonReview(
            task: task.id, since: zone.rfc3339(task.recordedAt), value: (value * 1000).rounded() / 1000, sides: sides,
            evidence: try match(task, transaction, matching)))
      }
      tasks.sort { ($1.value, $0.task) < ($0.value, $1.task) }
      let disputes = try transaction.openDisputes().map { dispute in
        let record = try transaction.versions(institution: dispute.institution, number: dispute.number).first?.record
        return OpenDispute(
          institution: dispute.institution, reportId: dispute.number,
          person: try record.flatMap { try transaction.link(record: $0)?.person },
          since: zone.rfc3339(dispute.recordedAt))
      }
      return (open.count, Array(tasks.prefix(limit)), disputes)
    }
  }

  private func side(_ record: Int64, _ transaction: any StoreSnapshot) throws -> PersonReview.Side {
    let person = try transaction.link(record: record)?.person ?? ""
    let identities = try transaction.identities(record: record)
    let institution = try transaction.recordKey(record)?.institution ?? ""
    return PersonReview.Side(
      person: person, record: RecordName(id: record).description,
      institution: institution, name: identities.lazy.compactMap(\.name).last,
      sex: identities.lazy.compactMap(\.sex).last?.rawValue,
      birthDate: identities.lazy.compactMap(\.birthDate).last?.iso,
      phones: Set(identities.flatMap(\.phones)).sorted(), address: identities.lazy.compactMap(\.address).last,
      identifiers: PersonNumbers.usable(of: identities).map { PersonView.NumberView($0, at: institution) },
      reports: try transaction.links(person: person).map { try transaction.reportCount(record: $0.record) }.reduce(0, +)
    )
  }

  /// Answers a task: the two are one person, or they are not, which nothing but an undo takes back.
  ///
  /// - Throws: `RegistryError.unknownTask`, or `.closedTask` when it was answered.
  public func answer(review task: Int64, isSame: Bool, _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedAnswer(review: task, isSame: isSame, reason, $0) }
  }

  func plannedAnswer(
    review task: Int64, isSame: Bool, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    guard let (found, outcome) = try transaction.review(task) else {
      throw RegistryError.unknownTask(task)
    }
    if let outcome { throw RegistryError.closedTask(task, outcome) }
    let records = [found.records.a, found.records.b]
    let people = try records.compactMap { try transaction.link(record: $0)?.person }
    if isSame { return try plannedMerge(people, reason, identifying) }
    return PlannedAct(PersonAct(.notTheSame, persons: people, records: records, for: reason)) { event in
      try transaction.insertVerdict(
        found.records, isSame: false, event: event, recordedAt: identifying.recordedAt)
      return .init(records: records)
    }
  }
}
