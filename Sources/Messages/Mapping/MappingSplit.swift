import Clinical

/// A result whose number and unit stand in one text: `4.2mmol/L`, `<0.01 ng/mL`, `3-5/HP`.
///
/// It is cut only where a number stands in front and what follows may be a unit: `2+`, `7.5 H`, `阴性(0.02)` stay whole, as the number.
enum MappingSplit: String, Sendable, Hashable, CaseIterable {
  case number, unit

  func part(of text: String) -> String? {
    guard let end = Self.endOfNumber(text) else { return self == .number ? text : nil }
    return String(self == .number ? text[..<end] : text[end...]).trimmed
  }

  /// nil where it is not to be cut.
  private static func endOfNumber(_ text: String) -> String.Index? {
    let scalars = text.unicodeScalars
    var rest = scalars[...]
    rest = rest.drop { "<>=≤≥＜＞＝≦≧ ".unicodeScalars.contains($0) }
    guard dropNumber(&rest) else { return nil }
    // A second number, of a range or ratio.
    var second = rest.drop { $0 == " " }
    if let sign = second.first, "-~:～－–：".unicodeScalars.contains(sign) {
      second = second.dropFirst().drop { $0 == " " }
      if dropNumber(&second) { rest = second }
    }
    dropPower(&rest)
    let unit = String(rest).trimmed
    return mayBeUnit(unit) ? rest.startIndex : nil
  }

  private static func mayBeUnit(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, !["H", "L", "HH", "LL", "h", "l"].contains(text) else { return false }
    return first.properties.isAlphabetic || "%‰/°℃℉[{*×^".unicodeScalars.contains(first)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
    "0"..."9" ~= scalar || "０"..."９" ~= scalar
  }

  /// Digits, with a sign before and a fraction behind; `10^6`, `1.2e3`.
  private static func dropNumber(_ rest: inout Substring.UnicodeScalarView) -> Bool {
    var text = rest
    if let sign = text.first, "+-＋－".unicodeScalars.contains(sign) { text = text.dropFirst() }
    let digits = text.prefix { isDigit($0) || ",.，．".unicodeScalars.contains($0) }
    guard digits.contains(where: isDigit) else { return false }
    text = text[digits.endIndex...]
    if let mark = text.first, mark == "^" || mark == "e" || mark == "E" {
      let power = text.dropFirst().drop { $0 == "-" || $0 == "+" }
      let exponent = power.prefix(while: isDigit)
      if !exponent.isEmpty { text = text[exponent.endIndex...] }
    }
    rest = text
    return true
  }

  /// `×10^5` belongs to the number when a unit stands apart from it, and to the unit in `×10^9/L`.
  private static func dropPower(_ rest: inout Substring.UnicodeScalarView) {
    var text = rest.drop { $0 == " " }
    guard let sign = text.first, "×xX*".unicodeScalars.contains(sign) else { return }
    text = text.dropFirst().drop { $0 == " " }
    guard text.starts(with: "10".unicodeScalars) else { return }
    text = text.dropFirst(2)
    let power = text.drop { $0 == "^" || $0 == "*" || $0 == "-" || $0 == "+" }
    let exponent = power.prefix(while: isDigit)
    guard !exponent.isEmpty else { return }
    text = text[exponent.endIndex...]
    if text.first != "/" { rest = text }
  }
}
