import Clinical

/// The keys by which records that may be one person's meet: two records are compared when they share any of them. A key is the same
/// in every process, so that it can be stored.
public struct BlockingKeys: Sendable {
  /// In no order, without repetition.
  public let keys: [UInt64]
  /// What splits a key that too many records share: a pair then must agree in one of these too.
  let refinements: [UInt64]

  public init(_ record: PersonRecord) {
    var keys: Set<UInt64> = []
    func add(_ kind: String, _ parts: String?...) {
      let known = parts.compactMap { $0 }.filter { !$0.isEmpty }
      if known.count == parts.count { keys.insert(StableHash.of([kind] + known)) }
    }
    let birth = record.birthDate
    let year = birth.map { String($0.year) }
    let day = birth.flatMap { date in date.isComplete ? String(date.iso.dropFirst(5)) : nil }
    let surname = record.name?.surnamePinyin
    for number in record.numbers { add(number.kind.rawValue, number.value) }
    for number in record.localNumbers { add("local", number) }
    if let id = record.residentID ?? record.brokenResidentID {
      add("region-birth-surname", String(id.prefix(14)), surname)
    }
    for phone in record.phones { add("phone", phone) }
    for name in [record.name].compactMap({ $0 }) + record.otherNames where name.kind != .placeholder {
      add("birth-surname", birth?.iso, name.surnamePinyin)
      add("birth-given", birth?.iso, name.givenPinyin)
      add("name-year", name.pinyin, year)
      add("name-day", name.pinyin, day)
      add("name-road", name.pinyin, record.address?.road)
    }
    add("birth-road", birth?.iso, record.address?.road)
    if let mother = record.motherResidentID { add("mother", mother) }
    Self.addLatin(record, birth?.iso, add)
    self.keys = Array(keys)
    refinements = [
      ("year", year), ("day", day), ("surname", surname ?? record.latin[.surname]),
      ("given", record.name?.givenPinyin ?? record.latin[.givenName]), ("road", record.address?.road),
      ("postcode", record.latin[.postcode]),
    ].compactMap { kind, value in value.flatMap { $0.isEmpty ? nil : StableHash.of([kind, $0]) } }
  }

  private static func addLatin(
    _ record: PersonRecord, _ birth: String?, _ add: (String, String?...) -> Void
  ) {
    let latin = record.latin
    if latin.isEmpty { return }
    add("national-number", latin[.nationalNumber])
    add("birth", birth)
    let names = [latin[.givenName], latin[.surname]].compactMap { $0 }.sorted()
    if names.count == 2 { add("names", names[0], names[1]) }
    for name in names {
      add("name-postcode", name, latin[.postcode])
      add("name-suburb", name, latin[.suburb])
      add("name-number", name, latin[.streetNumber])
    }
    for street in [latin[.street], latin[.locality]] {
      add("street", street, latin[.streetNumber])
      add("street-suburb", street, latin[.suburb])
      add("street-postcode", street, latin[.postcode])
    }
    add("suburb-number", latin[.suburb], latin[.streetNumber], latin[.state])
  }
}
