import Clinical

/// One name of a record with what goes with it, in sixteen words: the cache line a comparison reads. A word is 0 when its field is not
/// known. The last two words are free for the record's id.
struct MatchLine: Hashable, Sendable {
  /// How many bytes are stored of it: all but the id.
  static let storedBytes = 56
  /// Changes with the meaning of the words, so that those stored before are made again.
  static let version: UInt32 = 2

  var words = SIMD16<UInt32>()

  /// Place of the year, month and day in a packed date.
  static func packed(_ date: CalendarDate) -> UInt32 {
    UInt32(date.year) << 9 | UInt32(date.month ?? 0) << 5 | UInt32(date.day ?? 0)
  }

  /// What a name can tell, as `PersonName.Kind`, or that there is none.
  enum NameKind: UInt32 { case none, han, latin, masked, newborn, placeholder }

  private static let dateBits: UInt32 = (1 << 23) - 1

  var birth: UInt32 { words[0] & Self.dateBits }
  /// 0 not known, 1 male, 2 female.
  var sex: UInt32 { words[0] >> 23 & 3 }
  var kind: NameKind { NameKind(rawValue: words[0] >> 25 & 7) ?? .none }
  /// Whether it has no name, a masked one or its sound alone.
  var hidesName: Bool { kind == .none || kind == .masked || kind == .latin }
  /// Whether the record has a resident ID with a wrong check character, which may be a slip of a right one.
  var hasBrokenID: Bool { words[0] >> 28 & 1 == 1 }
  /// Whether this line holds only some of the record's numbers and telephones.
  var isPart: Bool { words[0] >> 29 & 1 == 1 }
  /// Whether it is other than the name of one surname character that most have, or its resident ID is broken.
  var isOdd: Bool { words[0] >> 30 & 1 == 1 }
  var text: UInt32 { words[1] }
  var pinyin: UInt32 { words[2] }
  var surname: UInt32 { words[3] }
  var given: UInt32 { words[4] }
  var residentID: UInt32 { words[5] }
  /// The resident ID and three more, the mother's among them.
  var numbers: SIMD4<UInt32> { SIMD4(words[5], words[6], words[7], words[8]) }
  var phones: SIMD2<UInt32> { SIMD2(words[9], words[10]) }
  var road: UInt32 { words[11] }
  var unit: UInt32 { words[12] >> 8 }
  var storedVersion: UInt32 { words[12] & 0xff }
  /// The birth date that the resident ID tells, right or broken.
  var dateInID: UInt32 { words[13] }

  var id: Int64 {
    get { Int64(bitPattern: UInt64(words[15]) << 32 | UInt64(words[14])) }
    set {
      words[14] = UInt32(truncatingIfNeeded: newValue)
      words[15] = UInt32(truncatingIfNeeded: newValue >> 32)
    }
  }

  /// What stands in the place of a line that was taken out: it matches nothing.
  static let removed: MatchLine = {
    var line = MatchLine(words: SIMD16())
    line.words[0] = NameKind.placeholder.rawValue << 25
    line.id = .min
    return line
  }()
  var isRemoved: Bool { id == .min }

  init(words: SIMD16<UInt32>) { self.words = words }

  /// - Parameters:
  ///   - numbers: up to three besides the resident ID, as hashes.
  ///   - phones: up to two.
  init(
    _ record: PersonRecord, name: PersonName?, numbers: some Collection<UInt32>, phones: some Collection<UInt32>,
    isPart: Bool
  ) {
    let kind: NameKind =
      switch name?.kind {
      case nil: .none
      case .han: .han
      case .latin: .latin
      case .masked: .masked
      case .newborn: .newborn
      case .placeholder: .placeholder
      }
    let isBroken = record.brokenResidentID != nil
    let isPlain = kind == .han && !isBroken && name?.surname.unicodeScalars.count == 1
    words[0] = record.isOfCrowd ? 0 : record.birthDate.map(Self.packed) ?? 0
    if let sex = record.sex { words[0] |= (sex == .male ? 1 : 2) << 23 }
    words[0] |= kind.rawValue << 25
    if isBroken { words[0] |= 1 << 28 }
    if isPart { words[0] |= 1 << 29 }
    if !isPlain { words[0] |= 1 << 30 }
    if let name, kind != .placeholder, !record.isOfCrowd {
      func hash(_ text: String) -> UInt32 { text.isEmpty ? 0 : StableHash.short(text) }
      words[1] = hash(name.text)
      words[2] = hash(name.pinyin)
      words[3] = hash(name.surnamePinyin)
      words[4] = hash(name.givenPinyin)
    }
    words[5] = record.residentID.map { Self.number(.residentID, $0) } ?? 0
    for (place, number) in numbers.enumerated() { words[6 + place] = number }
    for (place, phone) in phones.enumerated() { words[9 + place] = phone }
    if let address = record.address {
      words[11] = StableHash.short(address.road)
      words[12] = address.unit.isEmpty ? 0 : Self.unit(address.unit) << 8
    }
    words[12] |= Self.version
    words[13] = (record.residentID ?? record.brokenResidentID).map(Self.dateInID) ?? 0
  }

  private static func unit(_ text: String) -> UInt32 { max(1, StableHash.short(text) >> 8) }

  /// Hash of building and room; nil when they are not known.
  static func dwelling(of address: PostalAddress) -> UInt32? {
    address.unit.isEmpty ? nil : mixed(StableHash.short(address.road), unit(address.unit))
  }

  /// The hash of a number, whose last two bits tell what its kind is worth.
  static func number(_ kind: Identifier.Kind, _ value: String) -> UInt32 {
    StableHash.short(kind.rawValue, value) & ~3 | UInt32(CommonValue.Kind(kind).rawValue)
  }

  static func kind(ofNumber hash: UInt32) -> CommonValue.Kind {
    CommonValue.Kind(rawValue: UInt8(hash & 3)) ?? .document
  }

  /// The digits of a resident ID at the place of the birth date, whatever they are.
  private static func dateInID(_ number: String) -> UInt32 {
    let digits = number.utf8.dropFirst(6).prefix(8)
    let value = digits.reduce(UInt32(0)) { $0 * 10 + UInt32($1 & 15) % 10 }
    return value / 10_000 << 9 | (value / 100 % 100 & 15) << 5 | (value % 100 & 31)
  }
}
