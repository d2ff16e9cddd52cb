public import Clinical

/// How common values are: an equal rare name tells more than an equal common one. Counted by people as far as can be seen
/// before linking: a value with one birth date counts once, however many records carry it.
public struct TermFrequencies: Sendable {
  private var names: [String: Int] = [:]
  private var pinyin: [String: Int] = [:]
  private var surnames: [String: Int] = [:]
  private var fields: [LinkField: [String: Int]] = [:]
  private var phones: [String: Int] = [:]
  private var totals: [LinkField: Int] = [:]
  private var seen: Set<Int> = []

  public init() {}

  /// Counts one record.
  ///
  /// - Parameter birthDate: that of the person it is known to be, so that a slip in a date is not another person.
  public mutating func insert(_ record: PersonRecord, birthDate: CalendarDate?) {
    let birth = birthDate?.epochDay ?? 0
    if let name = record.name, name.kind == .han, isNew(.name, name.text, birth) {
      names[name.text, default: 0] += 1
      pinyin[name.pinyin, default: 0] += 1
      surnames[name.surname, default: 0] += 1
      totals[.name, default: 0] += 1
    }
    for phone in record.phones where isNew(.phone, phone, birth) { phones[phone, default: 0] += 1 }
    for (field, value) in record.latin where field.usesFrequency && isNew(field, value, birth) {
      fields[field, default: [:]][value, default: 0] += 1
      totals[field, default: 0] += 1
    }
  }

  private mutating func isNew(_ field: LinkField, _ value: String, _ birth: Int) -> Bool {
    var hasher = Hasher()
    hasher.combine(field)
    hasher.combine(value)
    hasher.combine(birth)
    return seen.insert(hasher.finalize()).inserted
  }

  /// How many people, told apart by birth date, are known under a telephone number.
  public func persons(onPhone phone: String) -> Int { phones[phone] ?? 1 }

  /// The share of people with a name; nothing is rarer than one among those counted.
  func share(ofName name: String) -> Double { share(names[name], of: .name) }
  func share(ofPinyin text: String) -> Double { share(pinyin[text], of: .name) }
  func share(ofSurname text: String) -> Double { share(surnames[text], of: .name) }
  func share(of value: String, in field: LinkField) -> Double { share(fields[field]?[value], of: field) }

  private func share(_ count: Int?, of field: LinkField) -> Double {
    // With few people counted the rarest name is not as common as the count makes it look, nor unique.
    Double(max(1, count ?? 1)) / Double(max(totals[field] ?? 0, 1000))
  }
}
