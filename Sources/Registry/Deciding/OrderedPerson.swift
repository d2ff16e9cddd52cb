import Clinical
import PersonIndex
public import Recognition
import RegistryStore

extension Registry {
  /// Whom an order is for: the person who carries all the numbers it gives that anybody carries, if name and birth date do not say
  /// otherwise. Cards are lent and numbers are given twice: what leads to two persons leads to none.
  ///
  /// - Throws: `OrderProblem`.
  func person(of order: Order, _ transaction: any StoreSnapshot, knownAt: Instant) throws -> String {
    try refuseTwoPeople(order)
    if let code = order.patient.person {
      if let current = try transaction.currentPerson(code, knownAt: knownAt) { return current }
      throw OrderProblem(
        .unknownPerson, field: "patient.person", "no person has this code: see `huren person find`", orderID: order.id)
    }
    guard let found = try carriers(of: order, transaction, knownAt: knownAt) else {
      throw OrderProblem.unknownNumbers(order.id)
    }
    let described = try found.filter { try fits($0, order.patient, transaction, knownAt: knownAt) }
    if described.isEmpty, !found.isEmpty {
      throw OrderProblem(
        .ambiguousPerson, field: "patient.name",
        "the number is known of somebody with another name and birth date: check whose card it is, or give patient.person",
        orderID: order.id)
    }
    if described.count == 1, let person = described.first {
      if order.patient.name != nil { return person }
      if try ownership(of: person, order.patient, transaction, knownAt: knownAt) != .another { return person }
      throw OrderProblem(
        .ambiguousPerson, field: "patient.identifiers",
        "the number tells another birth date than whoever was seen with it: give the patient's name too, or patient.person",
        orderID: order.id)
    }
    let owners = try described.filter {
      try ownership(of: $0, order.patient, transaction, knownAt: knownAt) == .own
    }
    if owners.count == 1, let person = owners.first { return person }
    throw OrderProblem(
      .ambiguousPerson, field: "patient.identifiers",
      "these numbers are known of different persons: give name and birth date too, or patient.person; see `huren person review`",
      orderID: order.id)
  }

  /// Who carries all the numbers of an order that anybody carries; nil where nobody carries any.
  func carriers(of order: Order, _ transaction: any StoreSnapshot, knownAt: Instant) throws -> Set<String>? {
    var found: Set<String>?
    for entry in order.patient.identifiers {
      let institution = entry.institution ?? order.orderingInstitution
      let carriers = try persons(with: entry.identifier, institution: institution, transaction, knownAt: knownAt)
      if carriers.isEmpty { continue }
      found = found?.intersection(carriers) ?? Set(carriers)
    }
    return found
  }

  /// Which of a person's records an order is about: one that carries all of its numbers that any carries, or the one that the code was made
  /// for. Of several the first; nil when there is none.
  func askedRecord(
    of order: Order, among links: [PersonLink], _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> Int64? {
    let own = Set(links.lazy.filter { $0.grade != .possible }.map(\.record))
    if let code = order.patient.person {
      return try transaction.firstRecord(person: code).flatMap { own.contains($0) ? $0 : nil }
    }
    var found: Set<Int64> = []
    for entry in order.patient.identifiers {
      guard let number = PersonNumbers.normalised(entry.identifier) else { continue }
      let scope = number.kind.isWithinInstitution ? entry.institution ?? order.orderingInstitution : nil
      let carriers = try own.intersection(records(number, institution: scope, transaction, knownAt: knownAt))
      if carriers.isEmpty { continue }
      let both = found.intersection(carriers)
      found = both.isEmpty ? (found.isEmpty ? carriers : found) : both
    }
    return found.min()
  }

  /// Two valid resident IDs are two people's.
  func refuseTwoPeople(_ order: Order) throws(OrderProblem) {
    var known: ResidentID?
    for (index, entry) in order.patient.identifiers.enumerated() where entry.identifier.kind == .residentID {
      guard let number = ResidentID(entry.identifier.value) else { continue }
      if let known, known != number {
        throw OrderProblem(
          .ambiguousPerson, field: "patient.identifiers[\(index)].value",
          "another resident ID than the one before it: one of the two is another person's", orderID: order.id)
      }
      known = number
    }
  }

  /// Whether name and birth date of an order can be a person's.
  private func fits(
    _ person: String, _ patient: OrderPatient, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> Bool {
    if patient.name == nil, patient.birthDate == nil { return true }
    var asked = Patient()
    asked.name = patient.name
    asked.birthDate = patient.birthDate
    let order = PersonIndex.PersonRecord(key: "", patient: asked)
    return try transaction.links(person: person, knownAt: knownAt).contains { link in
      let levels = RecordComparison(order, try transaction.personRecord(link.record, knownAt: knownAt))
      switch levels[.name] {
      case .missing: return levels[.birthDate] <= .near
      case .similar, .surnameOnly, .differs: return levels[.birthDate] == .equal
      default: return true
      }
    }
  }

  private enum Ownership {
    case own, unknown, another
  }

  /// Whether the birth date in the resident ID that an order gives is the one that a person's records state: of those who carry a
  /// number it tells its owner from whoever used the card.
  private func ownership(
    of person: String, _ patient: OrderPatient, _ transaction: any StoreSnapshot, knownAt: Instant
  ) throws -> Ownership {
    let numbers = patient.identifiers.filter { $0.identifier.kind == .residentID }
    guard let number = numbers.lazy.compactMap({ ResidentID($0.identifier.value) }).first else { return .unknown }
    var result = Ownership.unknown
    for link in try transaction.links(person: person, knownAt: knownAt) {
      for said in try transaction.identities(record: link.record, knownAt: knownAt) {
        guard let date = said.birthDate else { continue }
        if date == number.birthDate, (said.sex ?? number.sex) == number.sex { return .own }
        // A slip in a date is nobody else's birthday.
        if DateComparison.level(date, number.birthDate) != .differs { return .unknown }
        result = .another
      }
    }
    return result
  }
}

extension OrderProblem {
  /// Nobody is known by any of an order's numbers.
  public static func unknownNumbers(_ order: String) -> OrderProblem {
    OrderProblem(
      .unknownPerson, field: "patient.identifiers",
      "no result of a person with these numbers was received: import it, or see `huren person find`", orderID: order)
  }
}
