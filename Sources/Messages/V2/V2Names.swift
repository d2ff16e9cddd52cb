import Clinical
import XMLReading

/// XPN → the names of a person. Prefix, suffix and degree (4 to 6) are none of it.
struct V2Names {
  private struct Name: Hashable {
    let text: String
    let rank: Int
  }

  private let tree: XMLTree
  private var told = Distinct<Name>()

  init(_ tree: XMLTree) { self.tree = tree }

  /// How many different ones there are.
  var count: Int { told.all.count }

  /// Names in characters before the others, then those said to be ideographic, then the legal one (XPN.8 and XPN.7); a partner's name and
  /// a pseudonym last. An alias is the name only where there is no other.
  mutating func read(_ segment: V2Segment, _ field: Int, _ aliasField: Int?) {
    for element in segment.repetitions(field) { add(element, isAlias: false) }
    guard let aliasField else { return }
    for element in segment.repetitions(aliasField) { add(element, isAlias: true) }
  }

  private mutating func add(_ field: XMLElement.ID, isAlias: Bool) {
    let (family, given) = (tree.text(field), [tree.text(field, 2), tree.text(field, 3)].compactMap { $0 })
    guard let whole = Patient.joinName(family: family, given: given) else { return }
    let isHan = whole.hasHan
    let rank = rank(field, isHan: isHan) + (isAlias ? 10 : 0)
    guard isHan, !given.isEmpty, let (characters, letters) = V2Names.split([family].compactMap { $0 } + given) else {
      return told.add(Name(text: whole, rank: rank))
    }
    told.add(Name(text: characters, rank: rank))
    told.add(Name(text: letters, rank: 20))
  }

  private func rank(_ field: XMLElement.ID, isHan: Bool) -> Int {
    switch tree.text(field, 7) {
    case "S", "P": return 4
    case let type:
      if isHan { return 0 }
      return tree.text(field, 8) == "I" ? 1 : type == "L" ? 2 : 3
    }
  }

  /// The name, and the others.
  var best: (name: String?, others: [String]) {
    let names = told.all
    if names.count == 1 { return (names[0].text, []) }
    guard let best = names.indices.min(by: { (names[$0].rank, $0) < (names[$1].rank, $1) }) else { return (nil, []) }
    var others = Distinct<String>()
    for name in names where name.text != names[best].text { others.add(name.text) }
    return (names[best].text, others.all)
  }

  /// One name of a mother or of anybody who is told by one.
  static func text(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    Patient.joinName(
      family: tree.text(field), given: [tree.text(field, 2), tree.text(field, 3)].compactMap { $0 })
  }

  /// A whole name in characters beside letters in other components: its pinyin, or a name of its own. A family name alone in characters
  /// (欧阳 Grace) is one name with them.
  private static func split(_ parts: [String]) -> (characters: String, letters: String)? {
    let letters = parts.filter { !$0.hasHan }
    guard !letters.isEmpty, letters.count < parts.count else { return nil }
    let characters = parts.filter(\.hasHan).joined()
    guard characters.unicodeScalars.count > 1, !familyNames.contains(characters) else { return nil }
    return (characters, letters.joined(separator: " "))
  }

  private static let familyNames: Set<String> = [
    "欧阳", "上官", "司马", "司徒", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "夏侯", "端木", "轩辕", "南宫", "宇文", "長孫", "长孙",
    "歐陽", "司馬", "諸葛", "東方", "尉遲", "公孫", "軒轅", "南宮",
  ]
}

extension String {
  /// Whether there is a Han character in it (the blocks of Unicode 15).
  fileprivate var hasHan: Bool {
    unicodeScalars.contains {
      switch $0.value {
      case 0x3007, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: true
      default: false
      }
    }
  }
}
