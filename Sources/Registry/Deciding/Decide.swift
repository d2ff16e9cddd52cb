public import Catalogue
public import Clinical
import PersonIndex
public import Recognition
import RegistryStore

extension Registry {
  /// Decides one order line of NDJSON (contracts.md, "An order line").
  ///
  /// - Parameters:
  ///   - knownAt: everything as the registry knew it then; nil: as of its last commit, whose time the answer tells.
  ///   - record: whether the question is kept as an event: a prompt of the books.
  /// - Throws: `OrderProblem` for what cannot be decided (nothing is recorded then), or `RegistryError`.
  public func decide(line: [UInt8], knownAt: Instant? = nil, record: Bool = false) throws -> Decision {
    try decide(lines: [line], knownAt: knownAt, record: record)[0].get()
  }

  /// Decides some order lines of one state of the registry. With `record` all are kept in one commit, which is on disk when this returns.
  ///
  /// - Returns: for each its decision, or why there is none.
  /// - Throws: `RegistryError`.
  public func decide(
    lines: [[UInt8]], knownAt: Instant? = nil, record: Bool = false
  ) throws -> [Result<Decision, OrderProblem>] {
    let decisions = try decide(count: lines.count, knownAt: knownAt) { place, reference throws(OrderProblem) in
      try Order(line: lines[place], zone: reference.zone)
    }
    return record ? try self.record(decisions) : decisions
  }

  /// Orders of a table that are decided, and recorded, together.
  private static let together = 512

  /// Decides the orders of a table, in its order, as `decide(line:)` does those of lines.
  ///
  /// - Parameters:
  ///   - answer: told each decision, or why there is none, by line and column; of a table that cannot be read this alone.
  /// - Throws: `RegistryError`.
  public func decide(
    table bytes: [UInt8], knownAt: Instant? = nil, record: Bool = false,
    _ answer: (Result<Decision, OrderProblem>) throws -> Void
  ) throws {
    let table: OrderTable
    do {
      table = try OrderTable(bytes, zone: reference(knownAt: knownAt).data.zone)
    } catch let problem as OrderProblem {
      return try answer(.failure(problem))
    }
    var rest = table.entries[...]
    while !rest.isEmpty {
      let entries = Array(rest.prefix(Registry.together))
      rest = rest.dropFirst(entries.count)
      var decisions = try decide(count: entries.count, knownAt: knownAt) { place, _ throws(OrderProblem) in
        try entries[place].order.get()
      }
      if record { decisions = try self.record(decisions) }
      for (entry, decision) in zip(entries, decisions) { try answer(decision.mapError(entry.placed)) }
    }
  }

  /// Decides some orders of one state of the registry; keeps nothing.
  ///
  /// - Parameter order: what each is, with the reference data in force; or why it is none.
  /// - Throws: `RegistryError`.
  public func decide(
    count: Int, knownAt: Instant? = nil, orders order: (Int, ReferenceData) throws(OrderProblem) -> Order
  ) throws -> [Result<Decision, OrderProblem>] {
    try store.read {
      try RegistryState(registry: self, snapshot: $0).decide(count: count, knownAt: knownAt, orders: order)
    }
  }

  /// Decides an order of what a snapshot shows.
  func decide(
    _ order: Order, _ reference: ReferenceData, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> Decision {
    let resolved = try ResolvedOrder(order, in: reference)
    let code = try person(of: resolved, reference, transaction, knownAt: knownAt)
    let file = try transaction.personFile(code, knownAt: knownAt)
    let facts = file.facts(of: code, order.patient)
    let candidates = try candidates(
      file, facts, reference, items: resolved.candidateItems, transaction, knownAt: knownAt)
    var decision = Decider(reference: reference).decide(
      resolved, person: facts, candidates: candidates, knownAt: knownAt)
    decision.record = try askedRecord(of: order, among: file.links, transaction, knownAt: knownAt)
    decision.isOfStranger =
      try decision.items.allSatisfy { $0.outcome == .noPrior }
      && isStranger(to: resolved, file, facts, reference, transaction, knownAt: knownAt)
    return decision
  }

  /// Whom an order is for. Whether it is one of several, or somebody of another name, is not told of those who are strangers.
  func person(
    of order: ResolvedOrder, _ reference: ReferenceData, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> String {
    do {
      return try person(of: order.order, transaction, knownAt: knownAt)
    } catch let problem as OrderProblem where problem.code == .ambiguousPerson {
      try refuseTwoPeople(order.order)
      let carriers = try carriers(of: order.order, transaction, knownAt: knownAt) ?? []
      let areStrangers =
        try !carriers.isEmpty
        && carriers.allSatisfy { code in
          let file = try transaction.personFile(code, knownAt: knownAt)
          let facts = file.facts(of: code, order.order.patient)
          return try isStranger(to: order, file, facts, reference, transaction, knownAt: knownAt)
        }
      throw areStrangers ? OrderProblem.unknownNumbers(order.order.id) : problem
    }
  }

  private func isStranger(
    to order: ResolvedOrder, _ file: PersonFile, _ facts: PersonFacts, _ reference: ReferenceData,
    _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> Bool {
    try isStranger(
      to: order.institution, at: order.order.orderedAt, file, facts, reference, transaction, knownAt: knownAt)
  }

  /// Whether nothing that an institution may hear of says that there is such a person: neither anything of its own, nor a result of
  /// whatever item that is not withheld. Of a result that is no item's nobody knows what kind it is: it is heard of where all kinds are.
  func isStranger(
    to institution: Institution, at moment: Instant, _ file: PersonFile, _ facts: PersonFacts,
    _ reference: ReferenceData, _ transaction: any StoreSnapshot, knownAt: Instant?
  ) throws -> Bool {
    let sure = file.links.filter { $0.grade != .possible }
    let isOwn = try sure.contains { try transaction.recordKey($0.record)?.institution == institution.code }
    if isOwn { return false }
    let consent = reference.consent(of: facts.identifiers, to: institution.code, at: moment)
    if Category.allCases.allSatisfy(consent.permits), try !transaction.hasDisputes() { return false }
    let candidates = try candidates(file, facts, reference, items: nil, transaction, knownAt: knownAt)
    let heard = Decider(reference: reference).itemsHeard(
      by: institution, at: moment, of: facts, candidates: candidates)
    if !heard.isEmpty { return false }
    return !candidates.isEmpty || !Category.allCases.allSatisfy(consent.permits)
  }

  /// Every result of a person's records that can answer for some items.
  func candidates(
    _ file: PersonFile, _ facts: PersonFacts, _ reference: ReferenceData, items: Set<String>?,
    _ transaction: any StoreSnapshot, knownAt: Instant?
  ) throws -> [Candidate] {
    let reading = CandidateReading(reference: reference, person: facts)
    let uncertain = Set(file.links.filter { $0.grade == .possible }.map(\.record))
    let hasDisputes = try transaction.hasDisputes()
    // A report's versions may lie in several of the person's records: of one only the newest state counts.
    return try file.versions.byReport.flatMap { own -> [Candidate] in
      let isDisputed = try hasDisputes && transaction.isDisputed(own.reportNumbers, knownAt: knownAt)
      let isUncertain = isDisputed || own.contains { uncertain.contains($0.record) }
      return ReportState.parts(of: own.map(\.version)).flatMap {
        reading.candidates(of: $0, identityUncertain: isUncertain, items: items)
      }
    }
  }

  /// Sex and birth date as most records tell them; told by none, as the resident ID or the order says.
  func facts(
    of code: String, _ links: [PersonLink], _ patient: OrderPatient, _ transaction: any StoreSnapshot, knownAt: Instant?
  ) throws -> PersonFacts {
    let records = try links.filter { $0.grade != .possible }.map {
      PersonFile.Record(link: $0, identities: try transaction.identities(record: $0.record, knownAt: knownAt))
    }
    return PersonFile(records: records, versions: []).facts(of: code, patient)
  }
}

extension RegistryState {
  /// Decides some orders; keeps nothing.
  ///
  /// - Parameter order: what each is, with the reference data in force; or why it is none.
  /// - Throws: `RegistryError`.
  public func decide(
    count: Int, knownAt: Instant? = nil, orders order: (Int, ReferenceData) throws(OrderProblem) -> Order
  ) throws -> [Result<Decision, OrderProblem>] {
    let reference = try reference(knownAt: knownAt).data
    return try (0..<count).map { place in
      do {
        let order = try order(place, reference)
        return .success(
          try registry.decide(order, reference, snapshot, knownAt: knownAt ?? snapshot.knownAt))
      } catch let problem as OrderProblem {
        return .failure(problem)
      }
    }
  }
}

extension PersonFile {
  /// Sex and birth date as most records tell them; told by none, as the resident ID or the order says.
  func facts(of code: String, _ patient: OrderPatient) -> PersonFacts {
    var numbers: [Identifier] = []
    var sexes: [Sex] = []
    var dates: [CalendarDate] = []
    for record in records where record.link.grade != .possible {
      let identities = record.identities
      numbers += PersonNumbers.usable(of: identities).filter { !numbers.contains($0) }
      if let sex = identities.last(where: { $0.sex != nil })?.sex { sexes.append(sex) }
      if let date = identities.last(where: { $0.birthDate != nil })?.birthDate { dates.append(date) }
    }
    let residentID = numbers.lazy.filter { $0.kind == .residentID }.compactMap { ResidentID($0.value) }.first
    // Who tells the day tells more than who tells the year, and so does the resident ID that agrees with the year.
    var birthDate = dates.filter(\.isComplete).mostFrequent(<) ?? dates.mostFrequent(<)
    if let known = birthDate, let date = residentID?.birthDate, known.mayBe(date) { birthDate = date }
    return PersonFacts(
      code: code, sex: sexes.mostFrequent { $0.rawValue < $1.rawValue } ?? residentID?.sex ?? patient.sex,
      birthDate: birthDate ?? residentID?.birthDate ?? patient.birthDate, identifiers: numbers)
  }
}

extension CalendarDate {
  /// Whether a complete date is what it says, as far as it says.
  fileprivate func mayBe(_ date: CalendarDate) -> Bool {
    year == date.year && (month ?? date.month) == date.month && (day ?? date.day) == date.day
  }
}

extension Array where Element: Hashable {
  /// The element that stands here most often; of several the first by `areInOrder`, so that the order of records does not matter.
  fileprivate func mostFrequent(_ areInOrder: (Element, Element) -> Bool) -> Element? {
    var counts: [Element: Int] = [:]
    for element in self { counts[element, default: 0] += 1 }
    return counts.max { a, b in a.value != b.value ? a.value < b.value : areInOrder(b.key, a.key) }?.key
  }
}
