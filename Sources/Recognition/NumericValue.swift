/// A value that is a number, with or without a comparator (recognition.md, "What a candidate carries").
public struct NumericValue: Hashable, Sendable {
  /// `<`, `<=`, `>`, `>=`; nil for none.
  public let comparator: String?
  /// The number as sent, without comparator and white space.
  public let digits: String
  public let number: Double

  /// - Returns: nil for what is not a plain decimal number: words, ratios, ranges.
  public init?(_ text: some StringProtocol) {
    var rest = Substring(text).drop(while: \.isWhitespace)
    var comparator: String?
    for (written, meant) in [
      ("<=", "<="), (">=", ">="), ("≤", "<="), ("≥", ">="), ("<", "<"), (">", ">"), ("＜", "<"), ("＞", ">"),
    ]
    where rest.hasPrefix(written) {
      comparator = meant
      rest = rest.dropFirst(written.count).drop(while: \.isWhitespace)
      break
    }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    guard let first = rest.utf8.first, first != 0x2B, NumericValue.isDecimal(rest.utf8), let number = Double(rest)
    else { return nil }
    self.comparator = comparator
    digits = String(rest)
    self.number = number
  }

  /// Digits with a point, a sign and an exponent at most: what `Double` reads beside (`nan`, `0x1p3`) is no result.
  private static func isDecimal(_ bytes: Substring.UTF8View) -> Bool {
    bytes.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 46 || $0 == 45 || $0 == 43 || $0 == 69 || $0 == 101 }
  }
}

/// A reference range as sent: `low-high`, or one end as `<high` or `>low`.
struct ReferenceRange {
  var low: Double?
  var high: Double?

  /// - Returns: nil for words and for anything else.
  init?(_ text: String) {
    if let bound = NumericValue(text), let comparator = bound.comparator {
      if comparator.hasPrefix("<") { high = bound.number } else { low = bound.number }
      return
    }
    let separators: Set<Character> = ["-", "–", "—", "~", "～"]
    // The first character may be the sign of a negative low end.
    guard let start = text.firstIndex(where: { !$0.isWhitespace }),
      let separator = text[text.index(after: start)...].firstIndex(where: separators.contains),
      let low = NumericValue(text[..<separator]), low.comparator == nil,
      let high = NumericValue(text[text.index(after: separator)...]), high.comparator == nil, low.number <= high.number
    else { return nil }
    self.low = low.number
    self.high = high.number
  }

  func contains(_ number: Double) -> Bool { number >= low ?? -.infinity && number <= high ?? .infinity }
}
