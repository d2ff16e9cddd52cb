/// Reads a code by the grammar of UCUM in its case-sensitive form, from left to right:
/// ```
/// unit      = ["/"] component { ("." | "/") component }
/// component = ( factor | [prefix] symbol [exponent] | "(" unit ")" ) [annotation] | annotation
/// exponent  = ["+" | "-"] digits
/// ```
/// A solidus concerns the one component after it: `a/b.c` is `(a/b).c`.
struct UCUMParser {
  /// Longer codes are refused; no real one comes near, and nesting is bounded by it.
  static let maximumLength = 255

  private let bytes: [UInt8]
  private var index = 0
  private let symbol: (String) throws(UCUMError) -> UCUMUnit?

  /// - Parameter symbol: what a symbol with or without prefix stands for.
  static func parse(
    _ code: String, symbol: (String) throws(UCUMError) -> UCUMUnit?
  ) throws(UCUMError) -> UCUMUnit {
    try withoutActuallyEscaping(symbol) { (symbol) throws(UCUMError) in
      var parser = UCUMParser(bytes: Array(code.utf8), symbol: symbol)
      return try parser.parse()
    }
  }

  private init(bytes: [UInt8], symbol: @escaping (String) throws(UCUMError) -> UCUMUnit?) {
    self.bytes = bytes
    self.symbol = symbol
  }

  private mutating func parse() throws(UCUMError) -> UCUMUnit {
    guard !bytes.isEmpty else { throw error("empty; write 1 for a pure number") }
    guard bytes.count <= Self.maximumLength else {
      throw error("longer than \(Self.maximumLength) characters; this is no unit", at: Self.maximumLength)
    }
    if let stray = bytes.firstIndex(where: { $0 <= 32 || $0 >= 127 }) {
      throw error("only printable ASCII without spaces is allowed; write u for micro", at: stray)
    }
    let unit = try parseTerm()
    guard index == bytes.count else { throw error("a closing parenthesis without an opening one; remove it") }
    return unit
  }

  private mutating func parseTerm() throws(UCUMError) -> UCUMUnit {
    var result = take("/") ? try divide(UCUMUnit()) : try parseComponent()
    while index < bytes.count, bytes[index] != UInt8(ascii: ")") {
      if take("/") {
        result = try divide(result)
      } else if take(".") {
        let start = index
        let factor = try parseComponent()
        guard let product = result.multiplied(by: factor) else { throw specialUnit(at: start) }
        result = product
      } else {
        throw error("two components side by side; write a dot between them")
      }
    }
    return result
  }

  private mutating func divide(_ dividend: UCUMUnit) throws(UCUMError) -> UCUMUnit {
    let start = index
    guard let quotient = dividend.divided(by: try parseComponent()) else { throw specialUnit(at: start) }
    return quotient
  }

  private mutating func parseComponent() throws(UCUMError) -> UCUMUnit {
    guard index < bytes.count else { throw error("a unit is missing at the end") }
    if try takeAnnotation() { return UCUMUnit() }
    let unit: UCUMUnit
    if take("(") {
      unit = try parseTerm()
      guard take(")") else { throw error("a closing parenthesis is missing") }
    } else {
      unit = try parseSymbol()
    }
    _ = try takeAnnotation()
    return unit
  }

  /// A number, or a symbol with its exponent.
  private mutating func parseSymbol() throws(UCUMError) -> UCUMUnit {
    let start = index
    try skipSymbol()
    guard index > start else { throw error("a unit is missing here") }
    let text = bytes[start..<index]
    if text.allSatisfy(Self.isDigit) {
      guard let number = UInt64(String(decoding: text, as: UTF8.self)), number > 0 else {
        throw error("a factor is a positive number of up to 19 digits", at: start)
      }
      return UCUMUnit(scale: UnitScale(UInt128(number)))
    }
    var name = text
    while let last = name.last, Self.isDigit(last) { name.removeLast() }
    let hasExponent = name.count < text.count
    if hasExponent, let last = name.last, last == UInt8(ascii: "-") || last == UInt8(ascii: "+") { name.removeLast() }
    guard let unit = try symbol(String(decoding: name, as: UTF8.self)) else {
      throw error("no unit has this symbol, or it takes no prefix; check capitals and square brackets", at: start)
    }
    if !hasExponent { return unit }
    let digits = String(decoding: text[name.endIndex...], as: UTF8.self)
    guard digits.utf8.count <= 4, let exponent = Int(digits) else {
      throw error("an exponent has up to three digits", at: name.endIndex)
    }
    guard let power = unit.raised(to: exponent) else { throw specialUnit(at: start) }
    return power
  }

  /// Moves behind the characters of a symbol; what stands in square brackets belongs to it whatever it is.
  private mutating func skipSymbol() throws(UCUMError) {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"),
        UInt8(ascii: "}"):
        return
      case UInt8(ascii: "["):
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "]")) else {
          throw error("a closing square bracket is missing")
        }
        index = end + 1
      default: index += 1
      }
    }
  }

  private mutating func takeAnnotation() throws(UCUMError) -> Bool {
    let start = index
    guard take("{") else { return false }
    while index < bytes.count, bytes[index] != UInt8(ascii: "{") {
      if take("}") { return true }
      index += 1
    }
    throw error("the annotation that opens here is not closed", at: start)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private func error(_ message: String, at index: Int? = nil) -> UCUMError {
    UCUMError(position: (index ?? self.index) + 1, message: message)
  }

  private func specialUnit(at index: Int) -> UCUMError {
    error("a special unit such as Cel or [pH] takes neither exponents nor other units beside it", at: index)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
