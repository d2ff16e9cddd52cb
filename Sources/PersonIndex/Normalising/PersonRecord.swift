public import Clinical

/// One record of a person, normalised: what one institution said of one patient.
///
/// A field that is not known is nil or empty and counts neither for nor against. Tables of Latin names fill `latin` in place of
/// `name` and `address`; the comparison takes whatever both records have.
public struct PersonRecord: Sendable {
  /// Names the record and orders equals: the institution and its number, never the order of arrival.
  public let key: String
  public internal(set) var name: PersonName?
  /// Maiden, former and Latin names, each once and none as `name`.
  public let otherNames: [PersonName]
  /// Male or female; everything else is not known.
  public let sex: Sex?
  public let birthDate: CalendarDate?
  /// Whether the institution stated another birth date than the resident ID tells, or none: the date then says no more than the
  /// number, which may be on another's card.
  public let isBirthDateFromNumber: Bool
  /// Usable numbers that mean the same in every institution, without the mother's.
  public let numbers: [Identifier]
  /// A resident ID whose check character is wrong: never a match by itself, but perhaps a mistyped one.
  public let brokenResidentID: String?
  /// The mother's resident ID and the place in the birth, by which newborns are known.
  public let motherResidentID: String?
  public let birthOrder: Int?
  public let phones: [String]
  public let address: PostalAddress?
  /// Fields of a table in Latin letters.
  public let latin: [LinkField: String]

  /// Names, numbers and telephones beyond so many of each are not compared: nobody has them, and a number that a whole ward is sent
  /// under must not hold up the others.
  private static let most = 16

  /// The record of a patient as a message tells it.
  ///
  /// - Parameter key: the institution and the number it knows the patient by.
  public init(key: String, patient: Patient, latin: [LinkField: String] = [:]) {
    self.key = key
    name = patient.name.flatMap { PersonName($0) }
    otherNames = patient.otherNames.isEmpty ? [] : Self.otherNames(patient.otherNames, besides: name)
    var residentID: ResidentID?
    var numbers: [Identifier] = []
    var mother: String?
    for identifier in patient.identifiers where !identifier.kind.isWithinInstitution {
      if identifier.kind == .residentID {
        guard let number = ResidentID(identifier.value) else { continue }
        residentID = residentID ?? number
        Self.add(Identifier(.residentID, number.value), to: &numbers)
      } else if let number = PersonNumbers.normalised(identifier) {
        if PersonNumbers.identifiesPerson(number.kind) {
          Self.add(number, to: &numbers)
        } else {
          mother = mother ?? number.value
        }
      }
    }
    self.numbers = Self.kept(numbers)
    motherResidentID = mother
    sex = [patient.sex, residentID?.sex].lazy.compactMap { $0 }.first { $0 == .male || $0 == .female }
    // The first day of 1900 is what forms hold when nobody filled them in.
    let stated = patient.birthDate.flatMap { $0.year > 1900 || $0.month != 1 || $0.day != 1 ? $0 : nil }
    isBirthDateFromNumber = residentID.map { $0.birthDate != stated } ?? false
    birthDate = Self.birthDate(stated: stated, of: residentID)
    brokenResidentID =
      residentID == nil
      ? patient.identifiers.first { $0.kind == .residentID && $0.value.utf8.count >= 14 }.map { $0.value.uppercased() }
      : nil
    birthOrder = patient.birthOrder
    let phones = patient.phones.compactMap(PhoneNumber.normalised)
    self.phones = phones.count < 2 ? phones : Array(Set(phones).sorted().prefix(Self.most))
    address = patient.address.flatMap { PostalAddress($0) }
    self.latin = latin
  }

  /// A resident ID is not left out before others: two of them are two people.
  private static func kept(_ numbers: [Identifier]) -> [Identifier] {
    if numbers.count <= most { return numbers }
    let others = numbers.filter { $0.kind != .residentID }
    return Array((numbers.filter { $0.kind == .residentID } + others).prefix(most))
  }

  /// A masked or a newborn's name tells too little to stand for another.
  private static func otherNames(_ raw: [String], besides name: PersonName?) -> [PersonName] {
    var result: [PersonName] = []
    for other in raw.compactMap({ PersonName($0) }) where other.kind == .han || other.kind == .latin {
      if result.count == most { break }
      if other.text != name?.text, !result.contains(where: { $0.text == other.text }) { result.append(other) }
    }
    return result
  }

  private static func add(_ number: Identifier, to numbers: inout [Identifier]) {
    if !numbers.contains(number) { numbers.append(number) }
  }

  /// A stated date that is a slip away from the one in a valid resident ID, or the first of January of its year, is that one.
  private static func birthDate(stated: CalendarDate?, of residentID: ResidentID?) -> CalendarDate? {
    guard let residentID else { return stated }
    guard let stated else { return residentID.birthDate }
    let isPartial = !stated.isComplete && stated.year == residentID.birthDate.year
    return isPartial || DateComparison.level(stated, residentID.birthDate) == .near ? residentID.birthDate : stated
  }

  /// The record's number of one kind.
  public func number(_ kind: Identifier.Kind) -> String? { numbers.first { $0.kind == kind }?.value }

  var residentID: String? { number(.residentID) }

  /// The two with the names that agree best: each may be known to the other by a maiden, former or Latin name. Two other names
  /// prove nothing: children of one house are called alike.
  static func namedAlike(_ a: PersonRecord, _ b: PersonRecord) -> (PersonRecord, PersonRecord) {
    guard let name = a.name, let other = b.name else { return (a, b) }
    var best = (level: NameComparison.level(name, other), a: name, b: other)
    for (x, y) in a.otherNames.map({ ($0, other) }) + b.otherNames.map({ (name, $0) }) {
      let level = NameComparison.level(x, y)
      if level != .missing, best.level == .missing || level < best.level { best = (level, x, y) }
    }
    var (first, second) = (a, b)
    first.name = best.a
    second.name = best.b
    return (first, second)
  }

  /// Whether two records share a number of an issuing authority: tiers T1 and T2.
  public func sharesNumber(with other: PersonRecord) -> Bool {
    if let number = latin[.nationalNumber], number == other.latin[.nationalNumber] { return true }
    return sharedNumber(with: other) != nil
  }

  /// The first number of an issuing authority that two records share; a child's mother's, with the birth date and the place in the
  /// birth, is as good as one of its own (tier T2).
  public func sharedNumber(with other: PersonRecord) -> Identifier? {
    if let number = numbers.first(where: { other.numbers.contains($0) }) { return number }
    guard let mother = motherResidentID, mother == other.motherResidentID, let birthOrder,
      birthOrder == other.birthOrder, let birthDate, birthDate.isComplete, birthDate == other.birthDate
    else { return nil }
    return Identifier(.motherResidentID, mother)
  }
}
