public import Clinical
import PersonIndex
import RegistryStore

/// A person as the registry knows them: code, records, numbers, and what was said of them.
public struct PersonView: Sendable {
  /// One source record and what its institution says.
  public struct Record: Sendable {
    public var institution: String
    public var link: LinkView
    public var numbers: [NumberView]
    public var identities: [Patient]
  }

  public enum LinkView: String, Sendable, Encodable {
    case certain, probable, possible
  }

  public struct NumberView: Sendable, Hashable, Encodable {
    public var type: String
    public var value: String
    public var institution: String?
  }

  public var code: String
  /// Codes that were merged into this one.
  public var formerCodes: [String]
  public var records: [Record]

  /// Every number with the best link grade it hangs on, in byte order.
  public var numbers: [(number: NumberView, link: LinkView)] {
    var best: [NumberView: LinkView] = [:]
    let order: [LinkView] = [.certain, .probable, .possible]
    for record in records {
      for number in record.numbers {
        let known = best[number].flatMap { order.firstIndex(of: $0) } ?? order.count
        if (order.firstIndex(of: record.link) ?? order.count) < known { best[number] = record.link }
      }
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
    with identifier: Identifier, institution: String?, _ transaction: StoreTransaction, knownAt: Instant?
  ) throws -> [String] {
    guard let number = PersonNumbers.normalised(identifier) else { return [] }
    let scope = number.kind.isWithinInstitution ? institution : nil
    var codes: [String] = []
    for record in try transaction.records(number, institution: scope, knownAt: knownAt) {
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

  func view(of code: String, _ transaction: StoreTransaction, knownAt: Instant?) throws -> PersonView {
    let records = try transaction.links(person: code, knownAt: knownAt).map { link in
      PersonView.Record(
        institution: try transaction.recordKey(link.record)?.institution ?? "",
        link: PersonView.LinkView(rawValue: link.grade.rawValue) ?? .possible,
        numbers: try transaction.identifiers(record: link.record).map {
          PersonView.NumberView(
            type: $0.identifier.kind.rawValue, value: $0.identifier.value, institution: $0.institution)
        },
        identities: try transaction.identities(record: link.record, knownAt: knownAt))
    }
    return PersonView(code: code, formerCodes: try transaction.redirects(to: code), records: records)
  }
}
