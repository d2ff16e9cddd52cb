import Clinical
import PersonIndex
import RegistryStore

/// Brings the grouping of records into people up to date around one record.
///
/// The grouping is a function of the set of records and of what humans said of them: the whole neighbourhood of the record is grouped
/// anew, so that the order of arrival does not matter, and only what came out otherwise is written.
struct Regrouping {
  /// Who shares a number with a thousand strangers shares a placeholder: no human looks at more than the likeliest.
  private static let mostDoubtful = 16
  /// A record in so many open tasks is given no more: every further one would make all of them be looked at again.
  private static let mostTasks = 50
  /// Nobody is known under so many forms of name, birth date, telephone and address: whoever seems to be is a placeholder that many
  /// share.
  private static let mostForms = 64
  /// With all who are perhaps the same. Each form is compared with each, and everybody else's messages wait.
  private static let mostFormsAround = 256

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
    // A patient sent without a number has a record of each report: what says the same is decided once.
    var decided: [PersonForm: LinkDecision] = [:]
    var linked: [PersonForm] = []
    for other in matching.candidates(of: own, except: record) {
      let candidate = try matching.record(other, transaction)
      let form = PersonForm(candidate)
      let decision = decided[form] ?? matching.judge.decide(own, candidate)
      decided[form] = decision
      if decision.outcome == .link {
        if isNew, form.isNamed, form == PersonForm(own), try join(record, own, equal: other, candidate) { return }
        linked.append(form)
        neighbours.append(other)
      }
      if decision.outcome == .review { doubtful.append((other, decision.odds)) }
    }
    doubtful.sort { ($1.odds, $0.record) < ($0.odds, $1.record) }
    let asked = doubtful.prefix(Self.mostDoubtful).map(\.record)
    neighbours +=
      try transaction.hasReviews()
      ? asked.filter { try transaction.reviews(record: $0).count < Self.mostTasks } : asked
    let isUnlinked = try isNew || transaction.link(record: record) == nil
    guard let nearest = neighbours.first else {
      return try isUnlinked
        ? write(record, person: newPerson(), grade: .certain, rule: "new") : regroup(around: [record])
    }
    if compared(linked) >= Self.mostForms {
      // Of one that has a person, what contradicts them now must still part from them.
      return try isUnlinked ? standApart(record, own, nearest) : regroup(around: [record])
    }
    let neighbourhood = try Neighbourhood(of: [record] + neighbours, transaction)
    if isUnlinked, try hasTooManyForms(neighbourhood.records) { return try standApart(record, own, nearest) }
    try regroup(neighbourhood)
  }

  private func hasTooManyForms(_ records: [Int64]) throws -> Bool {
    if records.count <= Self.mostFormsAround { return false }
    return compared(try records.map { PersonForm(try matching.record($0, transaction)) }) > Self.mostFormsAround
  }

  /// How many of them would be compared with one another.
  private func compared(_ forms: [PersonForm]) -> Int {
    Set(forms.lazy.filter(\.isNamed)).count + forms.count { !$0.isNamed }
  }

  /// A person of its own for a record that would be one form too many of another's; a human is asked.
  private mutating func standApart(_ record: Int64, _ own: PersonIndex.PersonRecord, _ other: Int64) throws {
    try write(record, person: try newPerson(), grade: .certain, rule: "new")
    let decision = matching.judge.decide(own, try matching.record(other, transaction))
    try transaction.insertReview(
      RecordPair(record, other), guards: [LinkDecision.Guard.tooManyForms.rawValue], bits: decision.odds,
      isRefusedLink: false, recordedAt: recordedAt)
  }

  /// Gives a new record the person of one that says the same and has the smaller key. The grouping is a function of what is said, and
  /// of a form of it the smallest key speaks for all: nothing else can come out otherwise.
  ///
  /// - Returns: false when it must be grouped with all others.
  private func join(
    _ record: Int64, _ own: PersonIndex.PersonRecord, equal other: Int64, _ known: PersonIndex.PersonRecord
  ) throws -> Bool {
    guard known.key < own.key, let link = try transaction.link(record: other),
      try !transaction.hasVerdicts() || transaction.verdicts(record: other).isEmpty
    else { return false }
    // As `PersonGroup` grades it: certain is what a number ties to the person's first record, which the other's numbers are tied to.
    if link.grade == .certain, let number = own.sharedNumber(with: known) {
      try write(record, person: link.person, grade: .certain, rule: number.kind.rawValue)
    } else {
      try write(record, person: link.person, grade: .probable, rule: "demographics")
    }
    return true
  }

  /// Groups the neighbourhood of some records anew, however large it is: a human waits for it.
  mutating func regroup(around records: [Int64]) throws {
    try regroup(Neighbourhood(of: records, transaction))
  }

  private mutating func regroup(_ neighbourhood: Neighbourhood) throws {
    let members = neighbourhood.records
    let places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    func pairs(_ isMeant: (Verdict) -> Bool) -> Set<PlacePair> {
      Set(
        neighbourhood.verdicts.filter(isMeant).compactMap { verdict in
          guard let a = places[verdict.records.a], let b = places[verdict.records.b] else { return nil }
          return PlacePair(a, b)
        })
    }
    let clusters = PersonClusters(
      try members.map { try matching.record($0, transaction) }, judge: matching.judge,
      pinned: pairs { $0.isSame && !$0.isStated }, stated: pairs { $0.isSame && $0.isStated },
      vetoed: pairs { !$0.isSame })
    var groups: [PersonGroup] = []
    for root in Set(members.indices.map(clusters.group)).sorted() {
      let places = clusters.members(of: root)
      groups.append(
        PersonGroup(
          records: places.map { members[$0] },
          compared: try places.map { try matching.record(members[$0], transaction) },
          pinned: neighbourhood.pinned, stated: neighbourhood.stated))
    }
    // A code that others have by now is not gone back to: they would be one with whoever did.
    let revived = try former.filter { _, code in
      try transaction.links(person: code).allSatisfy { places[$0.record] != nil }
    }
    let codes = try PersonCodes(groups, neighbourhood.links, revived: revived, transaction)
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
