/// The keys by which lines that may be one person's meet: those of `BlockingKeys`, from words alone.
///
/// Two plain lines, of ordinary Han names, that only have the surname and birth date, or the name and part of the date, in common are seldom
/// one person's; so those keys are apart from the same keys of odd lines, and need not be read.
enum MatchKeys: UInt64 {
  case number = 1
  case phone, birthGiven, nameRoad, birthRoad
  case oddBirthSurname, oddNameYear, oddNameDay
  case plainBirthSurname, plainNameYear, plainNameDay
  case id
  /// Keys by which people are counted or equals found, and no candidates.
  case dwelling, undatedName, form

  var isPlain: Bool { self == .plainBirthSurname || self == .plainNameYear || self == .plainNameDay }

  @inline(__always)
  private func key(_ a: UInt32, _ b: UInt32 = 0) -> UInt64 {
    StableHash.mixed((UInt64(a) << 32 | UInt64(b)) ^ rawValue &* 0x9e37_79b9_7f4a_7c15)
  }

  /// The key of a record's own lines.
  static func id(_ id: Int64) -> UInt64 {
    MatchKeys.id.key(UInt32(truncatingIfNeeded: id >> 32), UInt32(truncatingIfNeeded: id))
  }

  /// The key of lines that say the same.
  @inline(__always)
  static func form(of line: MatchLine) -> UInt64 {
    var hash = MatchKeys.form.rawValue
    for place in 0..<14 { hash = (hash ^ UInt64(line.words[place])) &* 0x100_0000_01b3 }
    return StableHash.mixed(hash)
  }

  /// The key of the lines that have a value; nil where they have no key by it.
  static func key(of value: CommonValue) -> UInt64? {
    switch value.kind {
    case .document, .card, .mother: MatchKeys.number.key(value.hash)
    case .phone: MatchKeys.phone.key(value.hash)
    case .dwelling: MatchKeys.dwelling.key(value.hash)
    case .undatedName: MatchKeys.undatedName.key(value.hash)
    case .nameAndBirth, .localNumber: nil
    }
  }

  static func birthGiven(of line: MatchLine) -> UInt64? {
    line.given == 0 || line.birth == 0 ? nil : MatchKeys.birthGiven.key(line.birth, line.given)
  }

  /// Calls `body` for each key a line is kept under.
  @inline(__always)
  static func each(of line: MatchLine, _ body: (UInt64) -> Void) {
    if line.isRemoved { return }
    body(id(line.id))
    if let dwelling = line.dwelling { body(MatchKeys.dwelling.key(dwelling)) }
    if line.isUndated, line.pinyin != 0 { body(MatchKeys.undatedName.key(line.pinyin)) }
    if !line.isPart { body(form(of: line)) }
    each(sharedBy: line) { body($1) }
    each(of: line, isOdd: line.isOdd) { body($1) }
  }

  /// Calls `body` for each key under which lines may lie that a line is to be compared with.
  @inline(__always)
  static func each(askedBy line: MatchLine, _ body: (MatchKeys, UInt64) -> Void) {
    each(sharedBy: line, body)
    each(of: line, isOdd: true, body)
    each(of: line, isOdd: false, body)
  }

  @inline(__always)
  private static func each(sharedBy line: MatchLine, _ body: (MatchKeys, UInt64) -> Void) {
    let numbers = line.numbers
    for place in 0..<4 where numbers[place] != 0 { body(.number, MatchKeys.number.key(numbers[place])) }
    let phones = line.phones
    for place in 0..<2 where phones[place] != 0 { body(.phone, MatchKeys.phone.key(phones[place])) }
    if line.birth != 0 {
      if line.given != 0 { body(.birthGiven, MatchKeys.birthGiven.key(line.birth, line.given)) }
      if line.road != 0 { body(.birthRoad, MatchKeys.birthRoad.key(line.birth, line.road)) }
    }
    if line.pinyin != 0, line.road != 0 { body(.nameRoad, MatchKeys.nameRoad.key(line.pinyin, line.road)) }
  }

  @inline(__always)
  private static func each(of line: MatchLine, isOdd: Bool, _ body: (MatchKeys, UInt64) -> Void) {
    let birth = line.birth
    if line.surname != 0 {
      let kind = isOdd ? MatchKeys.oddBirthSurname : .plainBirthSurname
      if birth != 0 { body(kind, kind.key(birth, line.surname)) }
      // A broken resident ID may hold the only right date.
      let other = line.dateInID
      if other != 0, other != birth { body(kind, kind.key(other, line.surname)) }
    }
    guard line.pinyin != 0, birth != 0 else { return }
    let year = isOdd ? MatchKeys.oddNameYear : .plainNameYear
    body(year, year.key(line.pinyin, birth >> 9))
    if birth & 31 == 0 { return }
    let day = isOdd ? MatchKeys.oddNameDay : .plainNameDay
    body(day, day.key(line.pinyin, birth & 511))
  }
}
