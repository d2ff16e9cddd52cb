import Clinical
import PersonIndex
import RegistryStore

/// Brings the grouping of records into people up to date around one record.
///
/// The grouping is a function of the set of records and of what humans said of them: the whole neighbourhood of the record is grouped
/// anew, so that the order of arrival does not matter, and only what came out otherwise is written.
struct Regrouping {
  private static let mostDoubtful = 16

  let transaction: StoreTransaction
  let recordedAt: Instant
  let matching: PersonMatching
  let actor: String
  /// The event of the chain that made it necessary, when a human did.
  let event: String?
  /// Codes to be taken up again for records whose group has none, when a merge is undone.
  let former: [Int64: String]
  private(set) var created = 0
  /// Records that changed the person they belong to.
  private(set) var moved = 0
  /// Codes that were merged away.
  private(set) var retired = 0

  init(
    transaction: StoreTransaction, recordedAt: Instant, matching: PersonMatching, actor: String = "huren",
    event: String? = nil, former: [Int64: String] = [:]
  ) {
    self.transaction = transaction
    self.recordedAt = recordedAt
    self.matching = matching
    self.actor = actor
    self.event = event
    self.former = former
  }

  /// - Parameters:
  ///   - record: one that is new, or of which something new was said.
  ///   - isNew: whether it can have no person yet.
  mutating func regroup(around record: Int64, isNew: Bool = false) throws {
    let own = try matching.record(record, transaction)
    var neighbours: [Int64] = []
    var doubtful: [(record: Int64, odds: Double)] = []
    for other in matching.candidates(of: own, except: record) {
      let decision = matching.judge.decide(own, try matching.record(other, transaction))
      if decision.outcome == .link { neighbours.append(other) }
      if decision.outcome == .review { doubtful.append((other, decision.odds)) }
    }
    // Who shares a number with a thousand strangers shares a placeholder: no human looks at more than the likeliest.
    doubtful.sort { ($1.odds, $0.record) < ($0.odds, $1.record) }
    neighbours += doubtful.prefix(Self.mostDoubtful).map(\.record)
    if neighbours.isEmpty, try isNew || transaction.link(record: record) == nil {
      return try write(record, person: try newPerson(), grade: .certain, rule: "new")
    }
    try regroup(around: [record] + neighbours)
  }

  /// Groups the neighbourhood of some records anew.
  mutating func regroup(around records: [Int64]) throws {
    let neighbourhood = try Neighbourhood(of: records, transaction)
    let members = neighbourhood.records
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    func pairs(_ isSame: Bool) -> [PlacePair] {
      neighbourhood.verdicts.filter { $0.isSame == isSame }.compactMap { verdict in
        guard let a = places[verdict.records.a], let b = places[verdict.records.b] else { return nil }
        return PlacePair(a, b)
      }
    }
    let clusters = PersonClusters(
      try members.map { try matching.record($0, transaction) }, judge: matching.judge, pinned: Set(pairs(true)),
      vetoed: Set(pairs(false)))
    var groups: [PersonGroup] = []
    for root in Set(members.indices.map(clusters.group)).sorted() {
      let places = clusters.members(of: root)
      groups.append(
        PersonGroup(
          records: places.map { members[$0] },
          compared: try places.map { try matching.record(members[$0], transaction) },
          pinned: neighbourhood.pinned))
    }
    let codes = try PersonCodes(groups, neighbourhood.links, revived: former, transaction)
    for (group, codes) in zip(groups, codes.ofGroups) {
      let person = try codes.kept ?? newPerson()
      for (record, grade, rule) in group.grades {
        let before = neighbourhood.links[record]
        if before?.person == person, before?.grade == grade { continue }
        if let before, before.person != person { moved += 1 }
        try write(record, person: person, grade: grade, rule: rule)
      }
      retired += codes.former.count
      if codes.isRevived { try transaction.insertRedirect(from: person, to: person, recordedAt: recordedAt) }
      for code in codes.former { try transaction.insertRedirect(from: code, to: person, recordedAt: recordedAt) }
    }
    try ReviewQueue(transaction: transaction, recordedAt: recordedAt, matching: matching).update(
      members, clusters, neighbourhood.tasks, vetoed: Set(neighbourhood.verdicts.filter { !$0.isSame }.map(\.records)))
  }

  private func write(_ record: Int64, person: String, grade: LinkGrade, rule: String) throws {
    try transaction.insertLink(
      PersonLink(record: record, person: person, grade: grade, rule: rule), actor: actor, event: event,
      recordedAt: recordedAt)
  }

  private mutating func newPerson() throws -> String {
    created += 1
    return try transaction.newPerson(recordedAt: recordedAt)
  }
}

extension StoreTransaction {
  /// A code that nobody has had.
  func newPerson(recordedAt: Instant) throws -> String {
    var generator = SystemRandomNumberGenerator()
    while true {
      let code = PersonCode.make(using: &generator)
      if try insertPerson(code, recordedAt: recordedAt) { return code }
    }
  }
}
