/// How many people share a value, as far as can be seen before they are linked: by their names and their birth dates, whichever tell
/// fewer. A name or a date that is written otherwise is no other person by itself.
struct PeopleCount: Sendable {
  private let most: (people: Int, variants: Int)
  private var names: [UInt32] = []
  private var others: [UInt64] = []

  init(_ kind: CommonValue.Kind) { most = kind.most }

  /// Counts a line that has the value.
  ///
  /// - Parameter common: what of it tells nobody from others.
  mutating func insert(_ line: MatchLine, _ kind: CommonValue.Kind, besides common: CommonValues) {
    switch kind {
    case .undatedName, .nameAndBirth: add(line.form(besides: common))
    default:
      if !names.contains(line.pinyin), names.count < most.variants { names.append(line.pinyin) }
      add(line.birthOrSelf)
    }
  }

  private mutating func add(_ other: UInt64) {
    if others.count < most.variants, !others.contains(other) { others.append(other) }
  }

  /// Whether it is of so many that it proves nothing.
  var isCrowd: Bool {
    min(names.count, others.count) >= most.people || max(names.count, others.count) >= most.variants
  }
}

extension MatchLine {
  /// What tells a person's line from another's of one name: the birth date, else a number, else that it is another record. The first of
  /// January and no date tell nobody.
  fileprivate var birthOrSelf: UInt64 {
    if !isUndated { return UInt64(birth) }
    for place in 0..<4 where numbers[place] != 0 { return 1 << 32 | UInt64(numbers[place]) }
    return 2 << 32 | UInt64(UInt32(truncatingIfNeeded: id ^ (id >> 32)))
  }

  /// What tells people of one name and birth date apart: their number, else where they can be reached, else nothing but that each is
  /// another record.
  fileprivate func form(besides common: CommonValues) -> UInt64 {
    if residentID != 0 { return UInt64(residentID) }
    let phone = phones[0] != 0 && !common.contains(CommonValue(.phone, phones[0])) ? phones[0] : 0
    let dwelling = dwelling.flatMap { common.contains(CommonValue(.dwelling, $0)) ? nil : $0 } ?? 0
    return phone != 0 || dwelling != 0 ? UInt64(phone) << 32 | UInt64(dwelling) : UInt64(bitPattern: id) ^ 1 << 63
  }

  /// Whether the birth date is not known, or no more than its year.
  var isUndated: Bool { birth & 31 == 0 || birth & 511 == 33 }
}

extension MatchLine {
  /// The values it may share with a crowd.
  func eachValue(_ body: (CommonValue) -> Void) {
    for place in 0..<4 where numbers[place] != 0 {
      body(CommonValue(Self.kind(ofNumber: numbers[place]), numbers[place]))
    }
    for place in 0..<2 where phones[place] != 0 { body(CommonValue(.phone, phones[place])) }
    if let dwelling { body(CommonValue(.dwelling, dwelling)) }
    guard pinyin != 0 else { return }
    if isUndated {
      if numbers == SIMD4() { body(CommonValue(.undatedName, pinyin)) }
    } else {
      body(CommonValue(.nameAndBirth, nameAndBirth))
    }
  }

  /// Whether it has a value that has a key of its own, or the name and birth date.
  func has(_ value: CommonValue) -> Bool {
    if isRemoved { return false }
    return switch value.kind {
    case .document, .card, .mother: any(numbers .== value.hash)
    case .phone: any(phones .== value.hash)
    case .dwelling: dwelling == value.hash
    case .undatedName: pinyin == value.hash && isUndated && numbers == SIMD4()
    case .nameAndBirth: pinyin != 0 && birth != 0 && nameAndBirth == value.hash
    case .localNumber: false
    }
  }

  /// Hash of building and room; nil when they are not known.
  var dwelling: UInt32? { unit == 0 ? nil : Self.mixed(road, unit) }
  var nameAndBirth: UInt32 { Self.mixed(pinyin, birth) }

  static func mixed(_ a: UInt32, _ b: UInt32) -> UInt32 {
    max(1, UInt32(truncatingIfNeeded: StableHash.mixed(UInt64(a) << 32 | UInt64(b)) >> 32))
  }
}
