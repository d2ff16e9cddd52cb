import Clinical
import PersonIndex
import RegistryStore

/// Brings the grouping of records into people up to date around one record.
///
/// The grouping is a function of the set of records and of what humans said of them: the whole neighbourhood of the record is grouped
/// anew, so that the order of arrival does not matter, and only what came out otherwise is written.
struct RecordLinker {
  /// Nobody is known under so many forms of name, birth date, telephone and address, with all who are perhaps the same: whoever seems to
  /// be is a placeholder that many share. Each form is compared with each, and everybody else's messages wait.
  private static let mostForms = 96

  let transaction: any StoreTransaction
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
    transaction: any StoreTransaction, recordedAt: Instant, matching: PersonMatching, actor: String = "huren",
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
  ///   - said: of a new one all that was said, what is of crowds included.
  ///   - holders: records that its institution has under numbers of its.
  ///   - parting: records that share with it what has turned out to be of a crowd.
  mutating func relink(
    around record: Int64, said: SaidRecord? = nil, underOneNumber holders: [Int64] = [],
    parting: [Int64] = []
  ) throws {
    let own = try matching.record(record, transaction)
    if let said, holders.isEmpty, parting.isEmpty, let other = matching.equal(to: said, except: record),
      try join(record, own, equal: other)
    {
      return
    }
    let neighbours = try neighbours(of: record, own, said: said, underOneNumber: holders)
    let start = [record] + neighbours
    let isUnlinked = try said != nil || transaction.link(record: record) == nil
    if isUnlinked, start.count == 1, parting.isEmpty {
      return try write(record, person: newPerson(), grade: .certain, rule: PersonGroup.alone)
    }
    if isUnlinked, parting.isEmpty {
      if try neighbours.contains(where: isOfFullPerson) { return try keepApart(record, own, neighbours) }
      let neighbourhood = try Neighbourhood(of: start, transaction)
      if hasTooManyPeople(neighbourhood) {
        let crowd = try Crowding(transaction: transaction, recordedAt: recordedAt, matching: matching)
          .overfull(transaction.personRecord(record), most: Self.mostPeople / 2)
        if !crowd.isEmpty {
          let neighbours = try self.neighbours(
            of: record, matching.record(record, transaction), underOneNumber: holders)
          return try relink([record] + neighbours, parting: crowd)
        }
      }
      if try hasTooManyPeople(neighbourhood) || hasTooManyForms(neighbourhood.records) {
        for link in neighbourhood.links.values { matching.full.insert(link.person) }
        return try keepApart(record, own, neighbours)
      }
      return try relink(neighbourhood)
    }
    try relink(start, parting: parting)
  }

  /// Groups anew what a value held together that has turned out to be of a crowd: those who have nothing else in common each by themselves,
  /// however many they are.
  private mutating func relink(_ start: [Int64], parting: [Int64]) throws {
    let neighbourhood = try Neighbourhood(of: start, transaction)
    var grouped = Set(neighbourhood.records)
    try relink(neighbourhood)
    for other in parting where !grouped.contains(other) {
      let neighbours = try self.neighbours(of: other, matching.record(other, transaction), underOneNumber: [])
      let neighbourhood = try Neighbourhood(of: [other] + neighbours, transaction)
      grouped.formUnion(neighbourhood.records)
      try relink(neighbourhood)
    }
  }

  /// The records that are one person's with a record, or that a human may have to be asked about.
  private func neighbours(
    of record: Int64, _ own: PersonIndex.PersonRecord, said: SaidRecord? = nil, underOneNumber holders: [Int64]
  ) throws -> [Int64] {
    // A patient sent without a number has a record of each report: what says the same is decided once.
    var decided: [PersonForm: Bool] = [:]
    var neighbours: [Int64] = []
    for other in matching.candidates(of: own, said: said, except: record) where !holders.contains(other) {
      let candidate = try matching.record(other, transaction)
      let form = PersonForm(candidate)
      let isNeighbour = decided[form] ?? matching.judge.decide(own, candidate).isOfOneNeighbourhood
      decided[form] = isNeighbour
      if isNeighbour { neighbours.append(other) }
    }
    // Records of one form have other numbers of their institutions.
    for other in holders where other != record {
      if matching.judge.decide(own, try matching.record(other, transaction)).isOfOneNeighbourhood {
        neighbours.append(other)
      }
    }
    return neighbours
  }

  /// Nor do so many people depend on one another: they say too little to be told apart.
  private static let mostPeople = 64

  private func hasTooManyPeople(_ neighbourhood: Neighbourhood) -> Bool {
    neighbourhood.records.count > Self.mostPeople
      && Set(neighbourhood.links.values.lazy.map(\.person)).count > Self.mostPeople
  }

  private func hasTooManyForms(_ records: [Int64]) throws -> Bool {
    if records.count <= Self.mostForms { return false }
    return Set(try records.map { PersonForm(try matching.record($0, transaction)) }).count > Self.mostForms
  }

  private func isOfFullPerson(_ record: Int64) throws -> Bool {
    if matching.full.isEmpty { return false }
    return try transaction.link(record: record).map { matching.full.contains($0.person) } ?? false
  }

  /// Gives a record that would be one form too many the person whose number, name and birth date it has, or one of its own; then a human is
  /// asked, once for all who stand there.
  private mutating func keepApart(
    _ record: Int64, _ compared: PersonIndex.PersonRecord, _ neighbours: [Int64]
  ) throws {
    var people: [String: (rule: String, isSure: Bool)] = [:]
    for other in neighbours {
      let known = try matching.record(other, transaction)
      guard let person = try transaction.link(record: other)?.person else { continue }
      let decision = matching.judge.decide(compared, known)
      if decision.outcome == .link, let number = compared.sharedNumber(with: known), decision.isOfOneName {
        people[person] = (number.kind.rawValue, true)
      } else if decision.outcome == .link, people[person] == nil {
        people[person] = ("", false)
      }
    }
    if people.count == 1, let (person, tie) = people.first, tie.isSure {
      return try write(record, person: person, grade: .certain, rule: tie.rule)
    }
    let own = try newPerson()
    matching.full.insert(own)
    try write(record, person: own, grade: .certain, rule: PersonGroup.alone)
    guard let other = neighbours.first, let person = try transaction.link(record: other)?.person,
      matching.asked.insert(person).inserted
    else { return }
    let decision = matching.judge.decide(compared, try matching.record(other, transaction))
    try transaction.insertReview(
      RecordPair(record, other), guards: [LinkDecision.Guard.tooManyForms.rawValue], bits: decision.odds,
      isRefusedLink: false, recordedAt: recordedAt)
  }

  /// Gives a new record the person of one that says the same. The grouping is a function of what is said: nothing else can come out
  /// otherwise.
  ///
  /// - Returns: false when it must be grouped with all others.
  private func join(_ record: Int64, _ own: PersonIndex.PersonRecord, equal other: Int64) throws -> Bool {
    let known = try matching.record(other, transaction)
    guard PersonForm(known) == PersonForm(own), let link = try transaction.link(record: other),
      try !transaction.hasVerdicts() || transaction.verdicts(record: other).isEmpty,
      matching.judge.decide(own, known).outcome == .link,
      try !transaction.isNamedOtherwise(person: link.person),
      try own.birthDate != nil || own.sharesNumber(with: known)
        || isNearNobody(but: link.person, record, own, equal: other)
    else { return false }
    var (grade, rule) = (link.grade, link.rule)
    if rule == PersonGroup.alone {
      // What hides the name may stand alone because it may be either twin's.
      guard PersonForm(known).isNamed else { return false }
      let number = own.sharedNumber(with: known)
      (grade, rule) = number.map { (.certain, $0.kind.rawValue) } ?? (.probable, "demographics")
      try write(other, person: link.person, grade: grade, rule: rule)
    }
    try write(record, person: link.person, grade: grade, rule: rule)
    return true
  }

  /// Whether whoever a record without a birth date may be is of one person: of two it may be either's, and so may one that says the same.
  private func isNearNobody(
    but person: String, _ record: Int64, _ own: PersonIndex.PersonRecord, equal other: Int64
  ) throws -> Bool {
    if try transaction.hasReviews(), try !transaction.reviews(record: other).isEmpty { return false }
    if try transaction.hasTies(), try !transaction.ties(record: other).isEmpty { return false }
    return try neighbours(of: record, own, underOneNumber: []).allSatisfy {
      try transaction.link(record: $0)?.person == person
    }
  }

  /// Groups the neighbourhood of some records anew, however large it is: a human waits for it.
  mutating func relink(around records: [Int64]) throws {
    try relink(Neighbourhood(of: records, transaction))
  }

  private mutating func relink(_ neighbourhood: Neighbourhood) throws {
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
      if group.isNamedOtherwise { try transaction.insertNamedOtherwise(person: person) }
      for (record, grade, rule) in group.grades {
        let before = neighbourhood.links[record]
        if before?.person == person, before?.grade == grade, before?.rule == rule { continue }
        if let before, before.person != person { moved += 1 }
        try write(record, person: person, grade: grade, rule: rule)
      }
      retired += codes.former.count
      if codes.isRevived { try transaction.insertRedirect(from: person, to: person, recordedAt: recordedAt) }
      for code in codes.former { try transaction.insertRedirect(from: code, to: person, recordedAt: recordedAt) }
    }
    try ReviewQueue(transaction: transaction, recordedAt: recordedAt).update(
      members, clusters, neighbourhood.tasks, vetoed: Set(neighbourhood.verdicts.filter { !$0.isSame }.map(\.records)))
    for tie in clusters.ties.map({ RecordPair(members[$0.a], members[$0.b]) }) where !neighbourhood.ties.contains(tie) {
      try transaction.insertTie(tie)
    }
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
