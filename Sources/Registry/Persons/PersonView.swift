public import Clinical
import PersonIndex
import RegistryStore

/// A person as the registry knows them: code, records, numbers, and what was said of them.
public struct PersonView: Sendable {
  /// One source record and what its institution says.
  public struct Record: Sendable {
    public var name: RecordName
    public var institution: String
    public var link: LinkView
    public var numbers: [NumberView]
    public var identities: [Patient]
  }

  /// The surest first.
  public enum LinkView: String, Sendable, Encodable, CaseIterable, Comparable {
    case certain, probable, possible

    public static func < (a: LinkView, b: LinkView) -> Bool {
      a != b && allCases.first { $0 == a || $0 == b } == a
    }
  }

  public struct NumberView: Sendable, Hashable, Encodable {
    public var type: String
    public var value: String
    public var institution: String?

    /// - Parameter institution: whose record has it.
    init(_ number: Identifier, at institution: String) {
      type = number.kind.rawValue
      value = number.value
      self.institution = number.kind.isWithinInstitution ? institution : nil
    }
  }

  public var code: String
  /// Codes that were merged into this one.
  public var formerCodes: [String]
  public var records: [Record]
  /// Who may be the same person, as a human has yet to say.
  public var possible: [Possible]

  /// A task that awaits a human.
  public struct Possible: Sendable, Hashable, Encodable {
    public var task: Int64
    public var person: String
    /// Which record of this person, and which of the other.
    public var records: [String]
    public var guards: [String]
    /// log2 of the odds that they are one.
    public var bits: Double
  }

  /// Every number with the best link grade it hangs on, in byte order.
  public var numbers: [(number: NumberView, link: LinkView)] {
    var best: [NumberView: LinkView] = [:]
    for record in records {
      for number in record.numbers { best[number] = min(best[number] ?? record.link, record.link) }
    }
    return best.map { ($0.key, $0.value) }
      .sorted {
        ($0.number.type, $0.number.value, $0.number.institution ?? "")
          < ($1.number.type, $1.number.value, $1.number.institution ?? "")
      }
  }

  /// The name, sex and birth date told last by a record that tells them.
  public var latest: Patient {
    var result = Patient()
    for identity in records.flatMap(\.identities) {
      result.name = identity.name ?? result.name
      result.sex = identity.sex ?? result.sex
      result.birthDate = identity.birthDate ?? result.birthDate
    }
    return result
  }
}

extension Registry {
  /// The person of a code; a code that was merged away gives the one it was merged into.
  ///
  /// - Throws: `RegistryError.unknownPerson`.
  public func person(_ code: String, knownAt: Instant? = nil) throws -> PersonView {
    try store.read { transaction in
      guard let current = try transaction.currentPerson(code, knownAt: knownAt) else {
        throw RegistryError.unknownPerson
      }
      return try view(of: current, transaction, knownAt: knownAt)
    }
  }

  /// The codes of the persons who carry a number.
  public func persons(with identifier: Identifier, institution: String?, knownAt: Instant? = nil) throws -> [String] {
    try store.read { try persons(with: identifier, institution: institution, $0, knownAt: knownAt) }
  }

  func persons(
    with identifier: Identifier, institution: String?, _ transaction: any StoreSnapshot, knownAt: Instant?
  ) throws -> [String] {
    guard let number = PersonNumbers.normalised(identifier),
      try !transaction.isCommon(CommonValue(number, of: institution ?? "").code, knownAt: knownAt)
    else { return [] }
    let scope = number.kind.isWithinInstitution ? institution : nil
    var codes: [String] = []
    for record in try records(number, institution: scope, transaction, knownAt: knownAt) {
      guard let link = try transaction.link(record: record, knownAt: knownAt) else { continue }
      if !codes.contains(link.person) { codes.append(link.person) }
    }
    return codes
  }

  /// All persons in use, one after the other, in byte order of their codes.
  public func eachPerson(_ body: (PersonView) throws -> Void) throws {
    try store.read { transaction in
      try transaction.eachPerson { try body(try view(of: $0, transaction, knownAt: nil)) }
    }
  }

  func view(of code: String, _ transaction: any StoreSnapshot, knownAt: Instant?) throws -> PersonView {
    let links = try transaction.links(person: code, knownAt: knownAt)
    let records = try links.map { link in
      let institution = try transaction.recordKey(link.record)?.institution ?? ""
      let identities = try transaction.identities(record: link.record, knownAt: knownAt)
      return PersonView.Record(
        name: RecordName(id: link.record), institution: institution,
        link: PersonView.LinkView(rawValue: link.grade.rawValue) ?? .possible,
        numbers: PersonNumbers.usable(of: identities).map { PersonView.NumberView($0, at: institution) },
        identities: identities)
    }
    var possible: [PersonView.Possible] = []
    for link in links {
      for task in try transaction.reviews(record: link.record, knownAt: knownAt) {
        let other = task.records.a == link.record ? task.records.b : task.records.a
        guard let person = try transaction.link(record: other, knownAt: knownAt)?.person, person != code else {
          continue
        }
        possible.append(
          PersonView.Possible(
            task: task.id, person: person,
            records: [RecordName(id: link.record).description, RecordName(id: other).description],
            guards: task.guards, bits: (task.bits * 10).rounded() / 10))
      }
    }
    return PersonView(
      code: code, formerCodes: try transaction.redirects(to: code, knownAt: knownAt), records: records,
      possible: possible.sorted { $0.bits > $1.bits })
  }
}
