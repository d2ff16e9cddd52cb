/// The keys by which lines that may be one person's meet: those of `BlockingKeys`, from words alone.
enum MatchKeys: UInt64 {
  case number = 1
  case phone, birthSurname, birthGiven, nameYear, nameDay, nameRoad, birthRoad

  /// The key of two words.
  func key(_ a: UInt32, _ b: UInt32 = 0) -> UInt64 {
    StableHash.mixed((UInt64(a) << 32 | UInt64(b)) ^ rawValue &* 0x9e37_79b9_7f4a_7c15)
  }

  /// Calls `body` for each key of a line.
  @inline(__always)
  static func each(of line: MatchLine, _ body: (MatchKeys, UInt64) -> Void) {
    let numbers = line.numbers
    for place in 0..<4 where numbers[place] != 0 { body(.number, MatchKeys.number.key(numbers[place])) }
    let phones = line.phones
    for place in 0..<2 where phones[place] != 0 { body(.phone, MatchKeys.phone.key(phones[place])) }
    let birth = line.birth
    if line.surname != 0 {
      if birth != 0 { body(.birthSurname, MatchKeys.birthSurname.key(birth, line.surname)) }
      // A broken resident ID may hold the only right date.
      let other = line.dateInID
      if other != 0, other != birth { body(.birthSurname, MatchKeys.birthSurname.key(other, line.surname)) }
    }
    if birth != 0 {
      if line.given != 0 { body(.birthGiven, MatchKeys.birthGiven.key(birth, line.given)) }
      if line.road != 0 { body(.birthRoad, MatchKeys.birthRoad.key(birth, line.road)) }
    }
    guard line.pinyin != 0 else { return }
    if birth != 0 { body(.nameYear, MatchKeys.nameYear.key(line.pinyin, birth >> 9)) }
    if birth & 31 != 0 { body(.nameDay, MatchKeys.nameDay.key(line.pinyin, birth & 511)) }
    if line.road != 0 { body(.nameRoad, MatchKeys.nameRoad.key(line.pinyin, line.road)) }
  }
}
