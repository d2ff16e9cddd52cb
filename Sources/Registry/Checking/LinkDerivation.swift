import Clinical
import PersonIndex
import RegistryStore

/// Holds the people that records belong to now against what is said of them: no group is made anew, but each must hold together.
struct LinkDerivation {
  /// Whoever is known under more forms is a placeholder, of which no more is asked.
  private static let mostForms = 256

  private let transaction: any StoreSnapshot
  private let matching: PersonMatching
  private(set) var problems = DerivedProblems()

  init(_ transaction: any StoreSnapshot, _ matching: PersonMatching) {
    (self.transaction, self.matching) = (transaction, matching)
  }

  mutating func check() throws {
    for record in try transaction.linksWithoutEvent() {
      try add("came with an event that is not in the chain", record)
    }
    var found = self
    try transaction.eachRecord { record, _ in
      guard let link = try transaction.link(record: record) else { return }
      if try transaction.currentPerson(link.person) != link.person {
        try found.add("names a person who was merged away", record)
      }
    }
    try transaction.eachPerson { person in
      let links = try transaction.links(person: person)
      if links.count == 1, links[0].rule != PersonGroup.alone, try transaction.verdicts(record: links[0].record).isEmpty
      {
        try found.add("is for what its record has in common with others, and its person has no other", links[0].record)
      }
      for record in try found.strangers(among: links.map(\.record)) {
        try found.add("is to a person with whose other records it has nothing in common", record)
      }
    }
    self = found
  }

  /// The records of a person that nothing ties to most of the others.
  private func strangers(among records: [Int64]) throws -> [Int64] {
    if records.count < 2 { return [] }
    let compared = try records.map { try transaction.personRecord($0).without(matching.common) }
    var groups = Array(records.indices)
    func root(_ place: Int) -> Int {
      var root = place
      while groups[root] != root { root = groups[root] }
      return root
    }
    func join(_ a: Int, _ b: Int) { groups[root(b)] = root(a) }
    var forms: [PersonForm: Int] = [:]
    for (place, record) in compared.enumerated() {
      let form = PersonForm(record)
      if let same = forms[form] { join(same, place) } else { forms[form] = place }
    }
    if forms.count > Self.mostForms { return [] }
    var pinned: Set<PlacePair> = []
    let places = Dictionary(uniqueKeysWithValues: records.enumerated().map { ($1, $0) })
    if try transaction.hasVerdicts() {
      for verdict in try records.flatMap({ try transaction.verdicts(record: $0) }) where verdict.isSame {
        guard let a = places[verdict.records.a], let b = places[verdict.records.b] else { continue }
        join(a, b)
        pinned.insert(PlacePair(a, b))
      }
    }
    let distinct = forms.values.sorted()
    for (count, a) in distinct.enumerated() {
      for b in distinct.dropFirst(count + 1) where root(a) != root(b) {
        if matching.judge.decide(compared[a], compared[b]).outcome == .link { join(a, b) }
      }
    }
    let together = Dictionary(grouping: records.indices, by: root)
    if together.count == 1 { return [] }
    // What is tied to one of several that say the same is tied to all of them.
    let clusters = PersonClusters(compared, judge: matching.judge, pinned: pinned)
    if Set(records.indices.map(clusters.group)).count == 1 { return [] }
    let most = together.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.key
    return records.indices.filter { root($0) != most }.map { records[$0] }
  }

  private mutating func add(_ what: String, _ record: Int64) throws {
    let key = try transaction.recordKey(record)
    let message = try transaction.firstMessage(record: record)
    let origin = try message.flatMap { try transaction.messageOrigin($0) }
    let place = origin.map { "message \(message ?? 0) (\($0.label):\($0.line))" } ?? "no message"
    problems.add("\(place): the link of its record of \(key?.institution ?? "nobody") \(what) (table link)")
  }
}

extension Registry {
  /// Derives again what can be derived: reports and what was said of patients from their messages, and whether links still have what
  /// they were made for.
  func checkDerivation(_ result: inout CheckResult, _ progress: (_ done: Int, _ total: Int) -> Void) throws {
    let total = result.messages
    try store.read { transaction in
      var messages = try MessageDerivation(self, transaction)
      var done = 0
      try transaction.eachMessageEvidence { message, versions, identities in
        try messages.check(message, versions, identities)
        done += 1
        if done % 1000 == 0 { progress(done, total) }
      }
      result.problems += messages.problems.all
      if messages.unreadable > 0 {
        result.notes.append(
          "\(messages.unreadable) messages were taken in before it was kept what stood around them in their files: they could not be read again, and are told by their commits' digests alone"
        )
      }
    }
    // Whoever has no reference data has no records.
    guard try store.read({ try $0.referenceGeneration() }) != nil else { return }
    do {
      try readJudging { transaction, matching in
        var links = LinkDerivation(transaction, matching)
        try links.check()
        result.problems += links.problems.all
      }
    } catch StoreError.damaged(let what) {
      result.problems.append("links cannot be held against what they were made for: \(what)")
    }
  }
}
