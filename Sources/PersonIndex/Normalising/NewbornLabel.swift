import Clinical

/// What wards call a child that has no name yet: after its mother, with a mark that tells the children of one birth apart. X之子,
/// X之大女, X之女（小）, X婴1, X宝宝2, X毛毛, XBB1, X子1, X双2, X大宝; without her name 新生儿, 女婴, BB1.
struct NewbornLabel {
  /// The mother's name; empty when the label does not tell it.
  let mother: [Unicode.Scalar]
  /// The child's place in the birth, as far as the label tells it: 1, 2, 3, 4, or 小 for the last; empty when there is none.
  let order: String
  let sex: Sex?

  /// Words that are in no name but a child's on a ward; the longer before what it ends in.
  private static let wards = words("新生儿 男婴儿 女婴儿 婴儿 男婴 女婴 婴 宝宝 毛毛 BABY NEWBORN BB")
  /// Words that make a label after 之, or with a mark.
  private static let plain = words("儿子 女儿 双胞胎 双胎 双 子 女 儿 男 宝")
  private static let marks: [Unicode.Scalar: String] = [
    "大": "1", "长": "1", "一": "1", "甲": "1", "A": "1", "1": "1", "次": "2", "二": "2", "乙": "2", "B": "2", "2": "2",
    "三": "3", "丙": "3", "C": "3", "3": "3", "四": "4", "丁": "4", "D": "4", "4": "4", "小": "小",
  ]
  /// What stands around a mark and tells nothing.
  private static let fillers = Set("双胞胎之老第#".unicodeScalars)
  private static let ends = Set((wards + plain).compactMap(\.last) + marks.keys)

  /// - Parameters:
  ///   - scalars: the name, simplified, letters capital.
  ///   - note: what stood in brackets.
  init?(_ scalars: [Unicode.Scalar], note: [Unicode.Scalar]) {
    // Most names end in no character that a label ends in.
    guard let last = scalars.last, Self.ends.contains(last) else { return nil }
    var rest = scalars[...]
    var found = Self.word(rest)
    var mark = ""
    if found == nil, let after = Self.marks[last] {
      mark = after
      rest.removeLast()
      while let filler = rest.last, Self.fillers.contains(filler), Self.word(rest) == nil { rest.removeLast() }
      found = Self.word(rest)
    }
    guard let word = found else { return nil }
    rest.removeLast(word.count)
    let link = rest.suffix(4).lastIndex(of: "之")
    let between = rest[(link.map { $0 + 1 } ?? max(rest.startIndex, rest.endIndex - 1))...]
    let before = between.compactMap { Self.marks[$0] }.last
    if link != nil, !between.allSatisfy({ Self.marks[$0] != nil || Self.fillers.contains($0) }) { return nil }
    if let link { rest = rest[..<link] } else if before != nil, mark.isEmpty { rest.removeLast() }
    while let filler = rest.last, Self.fillers.contains(filler) { rest.removeLast() }
    if mark.isEmpty { mark = before ?? Self.mark(in: note) ?? "" }

    let isNamed = !rest.isEmpty && !Surnames.isSurname(rest)
    let isWard = Self.wards.contains(word)
    // 王婴 and 王大宝 may be what somebody is called.
    let isEnough =
      isWard ? word.count > 1 || isNamed || !mark.isEmpty : isNamed && !mark.isEmpty && (word != ["宝"] || before != nil)
    guard link != nil ? !rest.isEmpty : isEnough else { return nil }
    mother = Array(rest)
    order = mark
    sex =
      word.first == "女"
      ? .female : word == ["子"] || word == Array("儿子".unicodeScalars) || word.first == "男" ? .male : nil
  }

  private static func words(_ text: String) -> [[Unicode.Scalar]] {
    text.split(separator: " ").map { Array($0.unicodeScalars) }
  }

  private static func word(_ scalars: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar]? {
    wards.first { scalars.suffix($0.count).elementsEqual($0) }
      ?? plain.first { scalars.suffix($0.count).elementsEqual($0) }
  }

  /// The mark in brackets after a label; nil when there is none or it is another note.
  private static func mark(in note: [Unicode.Scalar]) -> String? {
    let capital = note.map { $0.isASCII ? $0.properties.uppercaseMapping.unicodeScalars.first ?? $0 : $0 }
    let isMark = capital.allSatisfy { marks[$0] != nil || fillers.contains($0) || "子女婴宝儿男".unicodeScalars.contains($0) }
    return isMark ? capital.compactMap { marks[$0] }.last : nil
  }

  /// Whether two marks are of two children; 小 is the last, whichever number it has.
  static func areTwo(_ a: String, _ b: String) -> Bool {
    if a.isEmpty || b.isEmpty || a == b { return false }
    return a == "1" || b == "1" || a != "小" && b != "小"
  }
}
