/// How far two names agree. Edit distance means little in names of two or three characters: what counts is the sound.
enum NameComparison {
  static func level(_ a: PersonName, _ b: PersonName) -> LinkLevel {
    switch (a.kind, b.kind) {
    case (.placeholder, _), (_, .placeholder): .missing
    case (.newborn, .newborn): newborns(a, b)
    case (.newborn, _), (_, .newborn): .newborn
    case (.masked, _): masked(a, b)
    case (_, .masked): masked(b, a)
    case (.latin, .latin): areOne(a, b) ? .equal : .differs
    case (.latin, .han): reads(a, b) ? .reading : .differs
    case (.han, .latin): reads(b, a) ? .reading : .differs
    case (.han, .han): han(a, b)
    }
  }

  /// Whether Latin names have the same words in any order, or the same letters.
  private static func areOne(_ a: PersonName, _ b: PersonName) -> Bool {
    a.text == b.text || a.words.count > 1 && a.words.count == b.words.count && a.words.sorted() == b.words.sorted()
      || a.rotations.contains { $0.text == b.text } || b.rotations.contains { $0.text == a.text }
  }

  private static func newborns(_ a: PersonName, _ b: PersonName) -> LinkLevel {
    if a.text.isEmpty || b.text.isEmpty { return .missing }
    guard a.folded == b.folded else { return .differs }
    return a.order == b.order ? .equal : NewbornLabel.areTwo(a.order, b.order) ? .similar : .near
  }

  /// Whether letters are the reading of a Han name, surname first or last.
  private static func reads(_ letters: PersonName, _ han: PersonName) -> Bool {
    let readings = [han.pinyin, han.givenPinyin + han.surnamePinyin]
    if readings.contains(letters.text) { return true }
    // Passports write 吕 LYU, forms without umlaut LU.
    guard han.pinyin.contains("V") else { return false }
    return ["YU", "U"].contains { sound in readings.contains { letters.text == $0.replacing("V", with: sound) } }
  }

  private static func han(_ a: PersonName, _ b: PersonName) -> LinkLevel {
    if a.text == b.text { return .equal }
    if a.folded == b.folded { return .variant }
    if a.pinyin == b.pinyin { return .homophone }
    // Of long names forms keep the first part.
    if min(a.text.count, b.text.count) >= 3, max(a.text.count, b.text.count) >= 5,
      a.text.hasPrefix(b.text) || b.text.hasPrefix(a.text)
    {
      return .near
    }
    switch differingCharacters(a.scalars, b.scalars) {
    case 1 where max(a.scalars.count, b.scalars.count) >= 3: return .near
    case 1: return .similar
    default: return !a.surname.isEmpty && a.surnamePinyin == b.surnamePinyin ? .surnameOnly : .differs
    }
  }

  /// 0, 1 or 2 (for more): characters other, missing or added.
  private static func differingCharacters(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    let head = zip(a, b).prefix { $0 == $1 }.count
    let tail = zip(a.dropFirst(head).reversed(), b.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    return min(2, max(a.count, b.count) - head - tail)
  }

  /// Whether a name with hidden parts can be the other: `*` stands for one or more characters.
  private static func masked(_ mask: PersonName, _ other: PersonName) -> LinkLevel {
    let shown = mask.scalars
    if other.kind == .latin { return .missing }
    if other.kind == .masked {
      return shown.first == other.scalars.first || shown.first == "*" || other.scalars.first == "*" ? .masked : .differs
    }
    let head = shown.prefix { $0 != "*" }
    let tail = shown.reversed().prefix { $0 != "*" }
    let isLongEnough = other.scalars.count > head.count + tail.count
    let agrees =
      zip(head, other.scalars).allSatisfy { $0 == $1 } && zip(tail, other.scalars.reversed()).allSatisfy { $0 == $1 }
    return isLongEnough && agrees ? .masked : .differs
  }
}
