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
  /// The birth date as the institution states it, without the resident ID's.
  let statedBirthDate: CalendarDate?
  /// Whether the institution stated another birth date than the resident ID tells, or none: the date then says no more than the
  /// number, which may be on another's card.
  public let isBirthDateFromNumber: Bool
  /// Usable numbers that mean the same in every institution, without the mother's.
  public internal(set) var numbers: [Identifier]
  /// The institution's own numbers of the patient, each with the institution and its domain: what one institution says under one of them
  /// may be of one patient (tier T0).
  public internal(set) var localNumbers: [String]
  /// Valid resident IDs of which one message gave two or more: each may be another's, so they link nobody.
  public internal(set) var doubtfulNumbers: [Identifier]
  /// A resident ID whose check character is wrong: never a match by itself, but perhaps a mistyped one.
  public let brokenResidentID: String?
  /// The mother's resident ID and the place in the birth, by which newborns are known.
  public internal(set) var motherResidentID: String?
  public let birthOrder: Int?
  public internal(set) var phones: [String]
  public internal(set) var address: PostalAddress?
  /// Whether so many people have its name and birth date that the two prove nothing together.
  public internal(set) var isOfCrowd = false
  /// Fields of a table in Latin letters.
  public let latin: [LinkField: String]

  /// Names, numbers and telephones beyond so many of each are not compared: nobody has them, and a number that a whole ward is sent
  /// under must not hold up the others.
  private static let most = 16

  /// The record of a patient as a message tells it.
  ///
  /// - Parameters:
  ///   - key: the institution and the number it knows the patient by.
  ///   - institution: whose local, outpatient and inpatient numbers the patient's are; nil leaves them out.
  ///   - doubtful: resident IDs of messages that gave two of them, beside those of the patient.
  ///   - normalised: the patient's numbers as `PersonNumbers.normalised` makes them, where that was done.
  public init(
    key: String, patient: Patient, institution: String? = nil, doubtful: [Identifier] = [],
    normalised: [Identifier?]? = nil, latin: [LinkField: String] = [:]
  ) {
    self.key = key
    name = patient.name.flatMap { PersonName($0) }
    otherNames = patient.otherNames.isEmpty ? [] : Self.otherNames(patient.otherNames, besides: name)
    let two = PersonNumbers.doubtful(of: patient)
    doubtfulNumbers = two.isEmpty ? doubtful : Set(two + doubtful).sorted { $0.value < $1.value }
    var residentID: ResidentID?
    var numbers: [Identifier] = []
    var local: [String] = []
    var mother: String?
    for number in normalised ?? patient.identifiers.map({ PersonNumbers.normalised($0) }) {
      guard let number else { continue }
      if number.kind.isWithinInstitution {
        if let institution { local.append(Self.localNumber(number, of: institution)) }
      } else if number.kind == .residentID {
        guard two.isEmpty else { continue }
        residentID = residentID ?? ResidentID(number.value)
        numbers.append(number)
      } else if PersonNumbers.identifiesPerson(number.kind) {
        numbers.append(number)
      } else {
        mother = mother ?? number.value
      }
    }
    self.numbers = Self.kept(numbers)
    localNumbers = local.count < 2 ? local : Array(Set(local).sorted().prefix(4 * Self.most))
    motherResidentID = mother
    sex = [patient.sex, residentID?.sex, name?.sex].lazy.compactMap { $0 }.first { $0 == .male || $0 == .female }
    let stated = patient.birthDate.flatMap { $0.isPlausible ? $0 : nil }
    statedBirthDate = stated
    isBirthDateFromNumber = residentID.map { $0.birthDate != stated } ?? false
    birthDate = Self.birthDate(stated: stated, of: residentID)
    brokenResidentID =
      residentID == nil && two.isEmpty
      ? patient.identifiers.first { $0.kind == .residentID && $0.value.utf8.count >= 14 }.map { $0.value.uppercased() }
      : nil
    birthOrder = patient.birthOrder
    let phones = patient.phones.compactMap(PhoneNumber.normalised)
    self.phones = phones.count < 2 ? phones : Array(Set(phones).sorted().prefix(Self.most))
    address = patient.address.flatMap { PostalAddress($0) }
    self.latin = latin
  }

  static func localNumber(_ number: Identifier, of institution: String) -> String {
    [institution, number.kind.rawValue, number.assigner ?? "", number.value].joined(separator: "|")
  }

  /// A resident ID is not left out before others: two of them are two people.
  private static func kept(_ numbers: [Identifier]) -> [Identifier] {
    if numbers.count < 2 { return numbers }
    var seen: Set<Identifier> = []
    let distinct = numbers.filter { seen.insert($0).inserted }
    if distinct.count <= most { return distinct }
    let others = distinct.filter { $0.kind != .residentID }
    return Array((distinct.filter { $0.kind == .residentID } + others).prefix(most))
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

  /// A stated date that is a slip away from the one in a valid resident ID, its day in the Chinese calendar or the first of January of its
  /// year is that one.
  private static func birthDate(stated: CalendarDate?, of residentID: ResidentID?) -> CalendarDate? {
    guard let residentID else { return stated }
    guard let stated else { return residentID.birthDate }
    let isOfYear = stated.year == residentID.birthDate.year && (!stated.isComplete || stated.isNewYear)
    let isSlip = DateComparison.level(stated, residentID.birthDate) == .near
    return isOfYear || isSlip || LunarDate.areOneDay(stated, residentID.birthDate) ? residentID.birthDate : stated
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

  /// Whether two records say of one name and birth date all that an institution needs to know its patient again.
  public func isOfOneIdentity(as other: PersonRecord) -> Bool {
    guard statedBirthDate == other.statedBirthDate, doubtfulNumbers == other.doubtfulNumbers else { return false }
    if let sex, let theirs = other.sex, sex != theirs { return false }
    if let residentID, let theirs = other.residentID, residentID != theirs { return false }
    func isNamed(_ a: PersonName, _ b: PersonName) -> Bool {
      a.kind == b.kind && a.text == b.text && a.order == b.order && a.sex == b.sex
    }
    guard let name, let theirs = other.name else { return name == nil && other.name == nil }
    // Without a birth date a name alone is a stranger's as well, whatever number of the institution's own both have.
    if statedBirthDate == nil { return false }
    return isNamed(name, theirs) || otherNames.contains { isNamed($0, theirs) }
  }

  /// Whether what two say of a patient can be of one: a near name with an equal or slip-near birth date and no sex conflict, or a number of
  /// an authority. For records that something else ties already, as one report's number does.
  public func mayBeOnePatient(with other: PersonRecord) -> Bool {
    let (a, b) = Self.namedAlike(self, other)
    let levels = RecordComparison(a, b)
    if levels[.residentID] == .differs || levels[.sex] == .differs { return false }
    let isOneDate = levels[.birthDate] == .equal || levels[.birthDate] == .near
    let isNoOther = isOneDate || levels[.birthDate] == .missing
    return switch levels[.name] {
    case .missing, .equal, .variant: isNoOther || LocalNumberTie(a, b, levels) != nil
    case .homophone, .reading, .masked, .near: isOneDate
    case .newborn: isOneDate && LocalNumberTie(a, b, levels) != nil
    default: isOneDate && sharesNumber(with: other)
    }
  }

  /// Whether two who are sent under one number are clearly two patients, and neither a slip of the other.
  public func isClearlyAnother(than other: PersonRecord) -> Bool {
    let (a, b) = Self.namedAlike(self, other)
    let levels = RecordComparison(a, b)
    if levels[.residentID] == .differs { return true }
    let isOtherDate = levels[.birthDate] == .differs || levels[.birthDate] == .similar
    return switch levels[.name] {
    case .surnameOnly, .differs: true
    case .homophone, .near, .similar, .masked, .newborn: isOtherDate
    case .equal, .variant, .reading, .missing: levels[.birthDate] == .differs
    case .swapped: false
    }
  }

  /// Whether one institution gives both one of its own numbers: tier T0.
  func sharesLocalNumber(with other: PersonRecord) -> Bool {
    !localNumbers.isEmpty && !other.localNumbers.isEmpty && localNumbers.contains(where: other.localNumbers.contains)
  }

  /// Whether two records share a number of whatever tier.
  public func sharesAnyNumber(with other: PersonRecord) -> Bool {
    sharesNumber(with: other) || sharesLocalNumber(with: other)
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

  /// A number that ties records of one group.
  public struct TyingNumber: Hashable, Sendable {
    /// Smaller for a surer kind of number.
    public let text: String
    /// The number's kind.
    public let rule: String
    public let isLocal: Bool
  }

  /// The numbers by which records of one person hold together, of whatever tier.
  public var tyingNumbers: [TyingNumber] {
    var result = numbers.map { number in
      let tier = PersonNumbers.isOfDocument(number.kind) ? "1" : "2"
      return TyingNumber(
        text: "\(tier)|\(number.kind.rawValue)|\(number.value)", rule: number.kind.rawValue, isLocal: false)
    }
    if let motherResidentID, let birthOrder, let birthDate, birthDate.isComplete {
      let kind = Identifier.Kind.motherResidentID.rawValue
      let text = "2|\(kind)|\(motherResidentID)|\(birthOrder)|\(birthDate.iso)"
      result.append(TyingNumber(text: text, rule: kind, isLocal: false))
    }
    for number in localNumbers {
      let kind = number.split(separator: "|", omittingEmptySubsequences: false).dropFirst().first
      result.append(TyingNumber(text: "3|\(number)", rule: kind.map(String.init) ?? "local", isLocal: true))
    }
    return result
  }
}
