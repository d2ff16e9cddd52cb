import Clinical

/// A reference range as sent: `low-high`, both ends inside, or one end as `<high`, `≤high`, `>low`, `≥low`.
struct ReferenceRange {
  private struct Bound {
    var number: Double
    var isInside: Bool
  }

  private var low: Bound?
  private var high: Bound?

  /// - Parameters:
  ///   - unit: in which the value was sent.
  ///   - sex: whose part is read of `男:… 女:…`.
  ///   - isUnit: whether words behind a number are the unit in which the value was sent.
  /// - Returns: nil for words, another unit, and anything else that cannot be read for sure.
  init?(_ text: String, unit: String?, sex: Sex?, comma: NumericText.Comma, isUnit: (String) -> Bool) {
    // Beside a unit with a power of ten, one in the range is the unit's.
    let powers = unit?.contains("10") != true
    // Nearly every range: digits and signs, no words.
    let isPlain = text.utf8.allSatisfy { $0 >= 43 && $0 <= 62 || $0 == 32 || $0 == 126 }
    func read(_ text: String) -> ReferenceRange? {
      let text = isPlain ? text : Self.signs(Self.withoutBrackets(text))
      return ReferenceRange(one: text, comma: comma, powers: powers, isUnit: isUnit)
    }
    if text.utf8.count > 400 { return nil }
    guard let parts = isPlain ? [:] : SexParts.parts(of: text) else { return nil }
    if parts.isEmpty {
      guard let range = read(text) else { return nil }
      self = range
      return
    }
    // Where one part is for whom nobody can say (children, the pregnant), none is read.
    let ranges = parts.mapValues(read)
    guard ranges.values.allSatisfy({ $0 != nil }), let sex, let range = ranges[sex] ?? nil else { return nil }
    self = range
  }

  /// A range for everybody.
  private init?(one text: String, comma: NumericText.Comma, powers: Bool, isUnit: (String) -> Bool) {
    guard let first = NumericText.leading(text, comma: comma, powers: powers) else { return nil }
    if let comparator = first.number.comparator {
      guard first.rest.isEmpty || isUnit(Self.withoutBrackets(first.rest)) else { return nil }
      let number = first.number.number
      switch comparator {
      case .less: high = Bound(number: number, isInside: false)
      case .lessOrEqual: high = Bound(number: number, isInside: true)
      case .greater: low = Bound(number: number, isInside: false)
      case .greaterOrEqual: low = Bound(number: number, isInside: true)
      }
      return
    }
    guard let rest = Self.behindSeparator(first.rest, isUnit) else { return nil }
    // A dash too many is one of the separator's or the sign of the upper end: what is both is neither.
    let ends = Set(
      [rest, String(rest.drop(while: Self.isDash))].compactMap { rest -> Double? in
        guard let second = NumericText.leading(rest, comma: comma, powers: powers), second.number.comparator == nil,
          first.number.isPower == second.number.isPower || first.number.number == 0,
          second.rest.isEmpty || isUnit(Self.withoutBrackets(second.rest)), first.number.number <= second.number.number
        else { return nil }
        return second.number.number
      })
    guard ends.count == 1, let end = ends.first else { return nil }
    low = Bound(number: first.number.number, isInside: true)
    high = Bound(number: end, isInside: true)
  }

  func contains(_ number: Double) -> Bool {
    if let low, number < low.number || number == low.number && !low.isInside { return false }
    if let high, number > high.number || number == high.number && !high.isInside { return false }
    return true
  }

  /// What stands behind the separator, which may follow a unit.
  private static func behindSeparator(_ rest: String, _ isUnit: (String) -> Bool) -> String? {
    for word in [nil, "到", "至", "to"] {
      var search = rest.startIndex..<rest.endIndex
      while let found = word.map({ rest.range(of: $0, in: search) }) ?? rest.dash(in: search) {
        let before = rest[..<found.lowerBound].trimmed
        if before.isEmpty || isUnit(withoutBrackets(before)) {
          return rest[found.upperBound...].trimmed
        }
        search = found.upperBound..<rest.endIndex
      }
    }
    return nil
  }

  fileprivate static func isDash(_ character: Character) -> Bool { dashes.contains(character) || character == " " }

  fileprivate static let dashes: Set<Character> = [
    "-", "－", "−", "‐", "‑", "–", "—", "―", "─", "﹣", "~", "～", "∼", "〜",
  ]

  /// Without brackets around the whole of it.
  private static func withoutBrackets(_ text: String) -> String {
    var text = text.trimmed
    let pairs: [Character: Character] = ["(": ")", "（": "）", "[": "]", "【": "】", "〔": "〕"]
    while let first = text.first, let last = text.last, let closing = pairs[first], last == closing,
      !text.dropFirst().dropLast().contains(where: { $0 == first || $0 == closing })
    {
      text = String(text.dropFirst().dropLast()).trimmed
    }
    return text
  }

  /// Words before a number as the signs they stand for.
  private static func signs(_ text: String) -> String {
    let words = [
      ("小于等于", "≤"), ("不大于", "≤"), ("不高于", "≤"), ("不超过", "≤"), ("大于等于", "≥"), ("不小于", "≥"), ("不低于", "≥"),
      ("小于", "<"), ("低于", "<"), ("大于", ">"), ("高于", ">"),
    ]
    for (word, sign) in words where text.hasPrefix(word) { return sign + text.dropFirst(word.count) }
    // `> or = 60`
    if let match = text.prefixMatch(of: /([<>])\s*or\s*=/.ignoresCase()) {
      return match.1 + "=" + text[match.range.upperBound...]
    }
    return text
  }
}

/// The parts of a range that is another for men than for women.
private enum SexParts {
  private static let markers: [(word: String, sex: Sex)] = [
    ("女性", .female), ("女", .female), ("男性", .male), ("男", .male), ("female", .female), ("male", .male),
    ("f", .female), ("m", .male),
  ]

  /// - Returns: empty for a range that names no sex; nil for one that names one twice, or that cannot be taken apart.
  static func parts(of text: String) -> [Sex: String]? {
    var found: [(sex: Sex, range: Range<String.Index>)] = []
    var index = text.startIndex
    while index < text.endIndex {
      if let marker = marker(in: text, at: index) {
        found.append(marker)
        index = marker.range.upperBound
      } else {
        index = text.index(after: index)
      }
    }
    guard let first = found.first, let last = found.last else { return [:] }
    let before = cleaned(text[..<first.range.lowerBound])
    var parts: [Sex: String] = [:]
    for (place, marker) in found.enumerated() {
      let part: Substring
      if before.isEmpty {
        let end = place + 1 < found.count ? found[place + 1].range.lowerBound : text.endIndex
        part = text[marker.range.upperBound..<end]
      } else {
        // The sex stands behind its range.
        let start = place == 0 ? text.startIndex : found[place - 1].range.upperBound
        part = text[start..<marker.range.lowerBound]
      }
      if parts.updateValue(cleaned(part), forKey: marker.sex) != nil { return nil }
    }
    if !before.isEmpty, !cleaned(text[last.range.upperBound...]).isEmpty { return nil }
    return parts
  }

  private static func marker(in text: String, at index: String.Index) -> (sex: Sex, range: Range<String.Index>)? {
    let rest = text[index...]
    for (word, sex) in markers {
      let head = rest.prefix(word.count)
      guard head.lowercased() == word else { continue }
      if word.utf8.first ?? 0 < 0x80 {
        // A letter within a unit is none.
        let isWord =
          (index == text.startIndex || !text[text.index(before: index)].isUnitCharacter)
          && !(text[head.endIndex...].first?.isLetter ?? false) && text[head.endIndex...].first != "/"
        if !isWord { continue }
      }
      return (sex, head.startIndex..<head.endIndex)
    }
    return nil
  }

  private static func cleaned(_ text: Substring) -> String {
    let isBeside: (Character) -> Bool = { $0.isWhitespace || ":：;；,，、/|()（）[]【】".contains($0) }
    var text = text.drop(while: isBeside)
    while let last = text.last, isBeside(last) { text.removeLast() }
    return String(text)
  }
}

extension Character {
  fileprivate var isUnitCharacter: Bool {
    isLetter || isNumber || self == "/" || self == "." || self == "^" || self == "*"
  }
}

extension String {
  /// The first place of a word that stands apart from other letters.
  fileprivate func range(of word: String, in search: Range<Index>) -> Range<Index>? {
    var index = search.lowerBound
    while index < search.upperBound {
      let head = self[index..<search.upperBound].prefix(word.count)
      if head.lowercased() == word {
        let isHan = word.utf8.count > word.count
        if isHan || !(self[head.endIndex...].first?.isLetter ?? false) { return head.startIndex..<head.endIndex }
      }
      index = self.index(after: index)
    }
    return nil
  }

  fileprivate func dash(in search: Range<Index>) -> Range<Index>? {
    guard let index = self[search].firstIndex(where: { ReferenceRange.dashes.contains($0) }) else { return nil }
    return index..<self.index(after: index)
  }
}
