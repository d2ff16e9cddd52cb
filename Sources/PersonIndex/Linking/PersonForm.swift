import Clinical

/// What is said of a patient, whoever says it under whichever number of their own.
public struct PersonForm: Hashable, Sendable {
  private let record: PersonRecord

  public init(_ record: PersonRecord) { self.record = record }

  /// Whether records of this form can stand for one another: not where the name is hidden or missing, for then twins with one number
  /// between them say the same.
  public var isNamed: Bool { record.name?.kind == .han || record.name?.kind == .latin }

  /// Puts what is said in an order that is the same in every process, whoever says it and whenever.
  var rank: UInt64 {
    func words(_ name: PersonName) -> [String] { [name.kind.rawValue, name.text, name.order] }
    var parts = (record.name.map(words) ?? []) + record.otherNames.flatMap(words)
    parts += [record.birthDate?.iso ?? "", record.sex?.rawValue ?? "", record.isBirthDateFromNumber ? "derived" : ""]
    parts += (record.numbers + record.doubtfulNumbers).flatMap { [$0.kind.rawValue, $0.value] } + record.phones
    parts += [record.address?.road ?? "", record.address?.unit ?? "", record.brokenResidentID ?? ""]
    parts += [record.motherResidentID ?? "", record.birthOrder.map(String.init) ?? ""]
    for (field, value) in record.latin.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      parts += [String(field.rawValue), value]
    }
    return StableHash.of(parts)
  }

  public static func == (a: PersonForm, b: PersonForm) -> Bool {
    let (x, y) = (a.record, b.record)
    return x.birthDate == y.birthDate && x.phones == y.phones && x.address == y.address && x.numbers == y.numbers
      && x.name == y.name && x.sex == y.sex && x.isBirthDateFromNumber == y.isBirthDateFromNumber
      && x.brokenResidentID == y.brokenResidentID && x.motherResidentID == y.motherResidentID
      && x.doubtfulNumbers == y.doubtfulNumbers && x.birthOrder == y.birthOrder && x.otherNames == y.otherNames
      && x.latin == y.latin
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(record.birthDate)
    hasher.combine(record.phones)
    hasher.combine(record.address)
    hasher.combine(record.numbers)
    hasher.combine(record.name?.text)
  }
}
