public import Clinical

/// How common values are: an equal rare name tells more than an equal common one. Counted by people as far as can be seen
/// before linking: a value with one birth date counts once, however many records carry it.
///
/// What is encoded of it holds hashes only, and cannot be counted on.
public struct TermFrequencies: Sendable, Codable, Equatable {
  private var names = FrequencyTable()
  private var pinyin = FrequencyTable()
  private var surnames = FrequencyTable()
  private var fields: [LinkField: FrequencyTable] = [:]
  private var phones = FrequencyTable()
  /// nil in what was stored before they were counted.
  private var roads: FrequencyTable?
  private var seen: Set<Int> = []

  private enum CodingKeys: CodingKey { case names, pinyin, surnames, fields, phones, roads }

  public init() {}

  init(names: FrequencyTable, pinyin: FrequencyTable, surnames: FrequencyTable) {
    self.names = names
    self.pinyin = pinyin
    self.surnames = surnames
  }

  /// Counts one record.
  ///
  /// - Parameter birthDate: that of the person it is known to be, so that a slip in a date is not another person.
  public mutating func insert(_ record: PersonRecord, birthDate: CalendarDate?) {
    let birth = birthDate?.epochDay ?? 0
    if let name = record.name, name.kind == .han, isNew(.name, name.text, birth) {
      names.insert(StableHash.short(name.text))
      pinyin.insert(StableHash.short(name.pinyin))
      surnames.insert(StableHash.short(name.surname))
    }
    for phone in record.phones where isNew(.phone, phone, birth) { phones.insert(StableHash.short(phone)) }
    if let road = record.address?.road, isNew(.address, road, birth) {
      roads = roads ?? FrequencyTable()
      roads?.insert(StableHash.short(road))
    }
    for (field, value) in record.latin where field.usesFrequency && isNew(field, value, birth) {
      fields[field, default: FrequencyTable()].insert(StableHash.short(value))
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
  public func persons(onPhone phone: String) -> Int { max(1, phones.count(of: StableHash.short(phone))) }

  /// The share of people with a road and house; nil where none are counted.
  func share(ofRoad road: String) -> Double? { roads?.share(of: StableHash.short(road)) }

  /// The share of people with a name, by its hash.
  func share(ofName text: UInt32) -> Double { names.share(of: text) }
  func share(ofPinyin text: UInt32) -> Double { pinyin.share(of: text) }
  func share(ofSurname text: UInt32) -> Double { surnames.share(of: text) }
  func share(of value: String, in field: LinkField) -> Double {
    (fields[field] ?? FrequencyTable()).share(of: StableHash.short(value))
  }
  /// No surname is rarer than this.
  var leastShareOfSurname: Double { surnames.leastShare }
  var leastShareOfPinyin: Double { pinyin.leastShare }
}
