public import Clinical

/// One record of a person, normalised: what one institution said of one patient.
///
/// A field that is not known is nil or empty and counts neither for nor against. Tables of Latin names fill `latin` in place of
/// `name` and `address`; the comparison takes whatever both records have.
public struct PersonRecord: Sendable {
  /// Names the record and orders equals: the institution and its number, never the order of arrival.
  public let key: String
  public let name: PersonName?
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

  /// The record of a patient as a message tells it.
  ///
  /// - Parameter key: the institution and the number it knows the patient by.
  public init(key: String, patient: Patient, latin: [LinkField: String] = [:]) {
    self.key = key
    name = patient.name.flatMap { PersonName($0) }
    let residentID = patient.identifiers.lazy.filter { $0.kind == .residentID }.compactMap { ResidentID($0.value) }
      .first
    sex = [patient.sex, residentID?.sex].lazy.compactMap { $0 }.first { $0 == .male || $0 == .female }
    // The first day of 1900 is what forms hold when nobody filled them in.
    let stated = patient.birthDate.flatMap { $0.year > 1900 || $0.month != 1 || $0.day != 1 ? $0 : nil }
    isBirthDateFromNumber = residentID.map { $0.birthDate != stated } ?? false
    birthDate = Self.birthDate(stated: stated, of: residentID)
    numbers = PersonNumbers.usable(of: patient).filter {
      !$0.kind.isWithinInstitution && PersonNumbers.identifiesPerson($0.kind)
    }
    brokenResidentID =
      residentID == nil
      ? patient.identifiers.first { $0.kind == .residentID && $0.value.utf8.count >= 14 }.map { $0.value.uppercased() }
      : nil
    motherResidentID = PersonNumbers.usable(of: patient).first { $0.kind == .motherResidentID }?.value
    birthOrder = patient.birthOrder
    phones = Array(Set(patient.phones.compactMap(PhoneNumber.normalised))).sorted()
    address = patient.address.flatMap { PostalAddress($0) }
    self.latin = latin
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

  /// Whether two records share a number of an issuing authority: tiers T1 and T2.
  public func sharesNumber(with other: PersonRecord) -> Bool {
    if let number = latin[.nationalNumber], number == other.latin[.nationalNumber] { return true }
    return numbers.contains { other.numbers.contains($0) }
  }
}
