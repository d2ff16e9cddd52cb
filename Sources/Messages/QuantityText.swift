import Clinical

/// A number and its unit in one text (`7.5 mmol/L`), as some senders write a value that has a place for each.
///
/// Only what can be nothing else is taken apart: `7,5 H`, `3 days` and `溶血` stay words.
struct QuantityText {
  var number: String
  var unit: String

  private static let units: Set<String> = [
    "%", "％", "‰", "fl", "pg", "ng", "ug", "µg", "μg", "mg", "kg", "nmol", "umol", "µmol", "μmol", "mmol", "mm", "cm",
    "ml", "dl", "mmhg", "mm[hg]", "kpa", "iu", "mosm", "meq", "℃", "°c", "cel",
  ]

  init?(_ text: some StringProtocol) {
    guard let end = QuantityText.endOfNumber(text) else { return nil }
    let number = String(String.UnicodeScalarView(text[..<end].unicodeScalars.filter { !$0.isBlank }))
    let unit = String(text[end...].drop(while: \.isWhitespace))
    guard NumericText(text[..<end]) != nil, QuantityText.isUnit(unit) else { return nil }
    self.number = number
    self.unit = unit
  }

  /// Where a text that begins with a number stops being one; nil where nothing follows.
  private static func endOfNumber<Text: StringProtocol>(_ text: Text) -> Text.Index? {
    var index = text.startIndex
    var hasDigit = false
    while index < text.endIndex {
      let character = text[index]
      if character.isNumber {
        hasDigit = true
      } else if (character == "e" || character == "E") && hasDigit {
        let next = text.index(after: index)
        guard next < text.endIndex, text[next].isNumber || text[next] == "-" || text[next] == "+" else { break }
      } else if !("<>=≤≥＜＞.．+-−".contains(character) || character.isWhitespace) {
        break
      }
      index = text.index(after: index)
    }
    return index < text.endIndex && hasDigit ? index : nil
  }

  /// Whether a word can be nothing but a unit: a quotient, a multiple of ten of one, or one of a few that stand alone.
  private static func isUnit(_ word: some StringProtocol) -> Bool {
    guard let first = word.first, (1...24).contains(word.count), !word.contains(where: \.isWhitespace) else {
      return false
    }
    if units.contains(word.lowercased()) { return true }
    let isMultiple = (first == "x" || first == "X" || first == "×" || first == "*") && word.dropFirst().hasPrefix("10")
    guard isMultiple || first.isLetter || "%[{µμ".contains(first), let slash = word.firstIndex(of: "/") else {
      return false
    }
    let below = word[word.index(after: slash)...]
    return below.contains { $0.isLetter } && !word.contains { "^*".contains($0) } || isMultiple && !below.isEmpty
  }
}
