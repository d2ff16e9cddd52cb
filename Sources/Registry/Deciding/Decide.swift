public import Catalogue
public import Clinical
import PersonIndex
public import Recognition
import RegistryStore

extension Registry {
  /// Decides one order line of NDJSON (contracts.md, "An order line").
  ///
  /// - Parameters:
  ///   - knownAt: everything as the registry knew it then; nil: now.
  ///   - record: whether the question is kept as an event: a prompt of the books.
  /// - Throws: `OrderProblem` for what cannot be decided (nothing is recorded then), or `RegistryError`.
  public func decide(line: [UInt8], knownAt: Instant? = nil, record: Bool = false) throws -> Decision {
    let reference = try reference(knownAt: knownAt).data
    let order = try Order(line: line, zone: reference.zone)
    let decision = try decide(order, reference: reference, knownAt: knownAt)
    if record { try self.record(decision) }
    return decision
  }

  /// Decides the orders of a table, in its order, as `decide(line:)` does those of lines.
  ///
  /// - Parameters:
  ///   - answer: told each decision, or why there is none, by line and column; of a table that cannot be read this alone.
  /// - Throws: `RegistryError`.
  public func decide(
    table bytes: [UInt8], knownAt: Instant? = nil, record: Bool = false,
    _ answer: (Result<Decision, OrderProblem>) throws -> Void
  ) throws {
    let reference = try reference(knownAt: knownAt).data
    let table: OrderTable
    do throws(OrderProblem) {
      table = try OrderTable(bytes, zone: reference.zone)
    } catch {
      return try answer(.failure(error))
    }
    for entry in table.entries {
      var result: Result<Decision, OrderProblem>
      do {
        let decision = try decide(entry.order.get(), reference: reference, knownAt: knownAt)
        if record { try self.record(decision) }
        result = .success(decision)
      } catch let problem as OrderProblem {
        result = .failure(entry.placed(problem))
      }
      try answer(result)
    }
  }

  /// Decides an order.
  public func decide(_ order: Order, reference: ReferenceData, knownAt: Instant? = nil) throws -> Decision {
    let resolved = try ResolvedOrder(order, in: reference)
    let moment = knownAt ?? clock()
    return try store.read { transaction in
      let code = try person(of: order, transaction, knownAt: moment)
      let links = try allLinks(of: code, transaction, knownAt: moment)
      let facts = try facts(of: code, links, order.patient, transaction, knownAt: moment)
      let candidates = try candidates(
        links, facts, reference, items: resolved.candidateItems, transaction, knownAt: moment)
      return Decider(reference: reference).decide(resolved, person: facts, candidates: candidates, knownAt: moment)
    }
  }

  /// Every result of a person's records that can answer for some items.
  func candidates(
    _ links: [PersonLink], _ facts: PersonFacts, _ reference: ReferenceData, items: Set<String>?,
    _ transaction: StoreTransaction, knownAt: Instant?
  ) throws -> [Candidate] {
    let reading = CandidateReading(reference: reference, person: facts)
    let versions = try links.flatMap { try transaction.reportVersions(record: $0.record, knownAt: knownAt) }
    let uncertain = Set(links.filter { $0.grade == .possible }.map(\.record))
    let hasDisputes = try transaction.hasDisputes()
    // A report's versions may lie in several of the person's records: of one only the newest state counts.
    return try versions.byReport.flatMap { own -> [Candidate] in
      let isDisputed = try hasDisputes && transaction.isDisputed(own.reportNumbers, knownAt: knownAt)
      let isUncertain = isDisputed || own.contains { uncertain.contains($0.record) }
      return ReportState.parts(of: own.map(\.version)).flatMap {
        reading.candidates(of: $0, identityUncertain: isUncertain, items: items)
      }
    }
  }

  /// A person's records, and with the grade `possible` those of which a human has yet to say whether they are.
  func allLinks(of code: String, _ transaction: StoreTransaction, knownAt: Instant?) throws -> [PersonLink] {
    let own = try transaction.links(person: code, knownAt: knownAt)
    return own + (try transaction.possibleLinks(of: own, knownAt: knownAt))
  }

  /// Sex and birth date as most records tell them; told by none, as the resident ID or the order says.
  func facts(
    of code: String, _ links: [PersonLink], _ patient: OrderPatient, _ transaction: StoreTransaction, knownAt: Instant?
  ) throws -> PersonFacts {
    var numbers: [Identifier] = []
    var sexes: [Sex] = []
    var dates: [CalendarDate] = []
    for link in links where link.grade != .possible {
      let identities = try transaction.identities(record: link.record, knownAt: knownAt)
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
