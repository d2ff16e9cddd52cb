/// A number as a laboratory writes it: digits with an optional comparator before them. "A value is numeric when it is a
/// number, with or without a comparator" (recognition.md). Readers and decisions ask here: there is one grammar of numbers.
public struct NumericText: Hashable, Sendable {
  /// What stands before a number that is only a bound.
  public enum Comparator: String, Sendable, Codable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// What a comma between digits is. The text alone cannot tell: `1,234` is two numbers.
  public enum Comma: String, Sendable, CaseIterable {
    /// None is part of a number.
    case none
    /// It stands between groups of three digits.
    case grouping
    /// It is the decimal point.
    case decimal
  }

  public let comparator: Comparator?
  /// The number as sent, without comparator and the white space around it.
  public let digits: String
  public let number: Double
  /// Whether it is told by a power of ten (`1.2×10^6`): beside a unit that has one too (`10^9/L`), nobody can say whether it is told twice.
  public let isPower: Bool

  /// Reads `5.83`, `-2`, `+7.5`, `.5`, `1.2e-3`, `1.2×10^6`, `10⁶`, `<0.01`, `≥ 100`, and their full-width forms.
  ///
  /// - Returns: nil for everything else: `1:128`, `3-5`, `5.6↑`, words.
  public init?(_ text: some StringProtocol, comma: Comma = .none) {
    let text = String(text)
    // Nearly every number.
    if NumericText.isPlain(text), let number = Double(text) {
      self.init(comparator: nil, digits: text, number: number, isPower: false)
      return
    }
    var scanner = NumberScanner(text, comma: comma)
    guard let found = scanner.number(), scanner.isAtEnd else { return nil }
    self = found
  }

  init(comparator: Comparator?, digits: String, number: Double, isPower: Bool) {
    self.comparator = comparator
    self.digits = digits
    self.number = number
    self.isPower = isPower
  }

  /// The number at the beginning of a text, and what stands behind it: for ranges, which are made of numbers.
  ///
  /// - Parameter powers: whether a power of ten is part of it, or stands behind it.
  package static func leading(
    _ text: some StringProtocol, comma: Comma, powers: Bool
  ) -> (number: NumericText, rest: String)? {
    var scanner = NumberScanner(text, comma: comma, powers: powers)
    guard let number = scanner.number() else { return nil }
    return (number, scanner.rest)
  }

  /// Whether a text is digits with at most one point among them: nearly every number is, and this is all that needs to be asked.
  public static func isPlain(_ text: String) -> Bool {
    var points = 0
    var digits = 0
    for byte in text.utf8 {
      switch byte {
      case 48...57: digits += 1
      case 46: points += 1
      default: return false
      }
    }
    return digits > 0 && digits < 40 && points <= 1
  }
}

/// Reads one number from the beginning of a text.
private struct NumberScanner {
  /// Neither a number nor a range is longer.
  private static let limit = 256

  private let scalars: [Unicode.Scalar]
  /// Each scalar as the ASCII sign it is a form of; 0 for any other.
  private let signs: [UInt8]
  private let comma: NumericText.Comma
  private let powers: Bool
  private var index = 0

  init(_ text: some StringProtocol, comma: NumericText.Comma, powers: Bool = true) {
    self.comma = comma
    self.powers = powers
    // Most of what is no number shows it at once.
    let first = text.unicodeScalars.first { NumberScanner.sign($0) != 32 }
    let mayBegin = first.map(NumberScanner.mayBegin) ?? false
    scalars = mayBegin ? Array(text.unicodeScalars.prefix(NumberScanner.limit + 1)) : []
    signs = scalars.map(NumberScanner.sign)
  }

  private static func mayBegin(_ scalar: Unicode.Scalar) -> Bool {
    switch sign(scalar) {
    case 48...57, 43, 45, 46, 60, 61, 62, lessOrEqual, greaterOrEqual: true
    default: false
    }
  }

  var isAtEnd: Bool { scalars.count <= NumberScanner.limit && rest.isEmpty }

  /// What was not read, without the white space before it.
  var rest: String {
    String(String.UnicodeScalarView(scalars[index...].drop(while: \.isBlank)))
  }

  mutating func number() -> NumericText? {
    skipSpace()
    let comparator = takeComparator()
    skipSpace()
    let start = index
    var decimal = ""
    if let sign = next, sign == 43 || sign == 45 {
      if sign == 45 { decimal = "-" }
      index += 1
    }
    guard let mantissa = takeMantissa() else { return nil }
    var isPower = false
    if powers, mantissa == "10", let exponent = takePower() {
      decimal += "1e\(exponent)"
      isPower = true
    } else if let exponent = takeExponent() {
      decimal += mantissa + "e\(exponent)"
    } else if powers, let exponent = takeTimesPower() {
      decimal += mantissa + "e\(exponent)"
      isPower = true
    } else {
      decimal += mantissa
    }
    guard let number = Double(decimal), number.isFinite else { return nil }
    let digits = String(String.UnicodeScalarView(scalars[start..<index]))
    return NumericText(comparator: comparator, digits: digits, number: number, isPower: isPower)
  }

  private var next: UInt8? { index < signs.count ? signs[index] : nil }

  private mutating func take(_ sign: UInt8) -> Bool {
    guard next == sign else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while next == 32 { index += 1 }
  }

  private mutating func takeComparator() -> NumericText.Comparator? {
    let start = index
    let equalFirst = take(61)
    switch next {
    case 60, Self.lessOrEqual:
      let isEqual = next == Self.lessOrEqual
      index += 1
      return isEqual || take(61) || equalFirst ? .lessOrEqual : .less
    case 62, Self.greaterOrEqual:
      let isEqual = next == Self.greaterOrEqual
      index += 1
      return isEqual || take(61) || equalFirst ? .greaterOrEqual : .greater
    default:
      index = start
      return nil
    }
  }

  private mutating func takeDigits() -> String {
    var digits = ""
    while let sign = next, sign >= 48, sign <= 57 {
      digits.unicodeScalars.append(Unicode.Scalar(sign))
      index += 1
    }
    return digits
  }

  /// Digits with one point at most, as `Double` reads them: by itself it would also read `nan`, `inf` and hexadecimals.
  private mutating func takeMantissa() -> String? {
    let start = index
    var whole = takeDigits()
    if comma == .grouping, (1...3).contains(whole.utf8.count) {
      while next == 44, let group = groupAhead() {
        whole += group
        index += 4
      }
    }
    var fraction = ""
    if take(46) || comma == .decimal && next == 44 && isDigit(at: index + 1) && take(44) { fraction = takeDigits() }
    if whole.isEmpty && fraction.isEmpty {
      index = start
      return nil
    }
    return (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// Three digits behind a comma, and no fourth.
  private func groupAhead() -> String? {
    guard (1...3).allSatisfy({ isDigit(at: index + $0) }), !isDigit(at: index + 4) else { return nil }
    return String(decoding: signs[index + 1...index + 3], as: UTF8.self)
  }

  private func isDigit(at place: Int) -> Bool { place < signs.count && signs[place] >= 48 && signs[place] <= 57 }

  /// `e-3`, `E+06`.
  private mutating func takeExponent() -> Int? {
    let start = index
    if take(101) || take(69), let exponent = takeSigned() { return exponent }
    index = start
    return nil
  }

  /// `×10^6`, `x 10⁶`, `*10^-3`.
  private mutating func takeTimesPower() -> Int? {
    let start = index
    skipSpace()
    if take(120) || take(88) || take(42) {
      skipSpace()
      if takeDigits() == "10", let exponent = takePower() { return exponent }
    }
    index = start
    return nil
  }

  /// What stands behind the 10 of a power: `^6`, `⁶`.
  private mutating func takePower() -> Int? {
    let start = index
    if take(94), let exponent = takeSigned() { return exponent }
    index = start
    var digits = ""
    if take(Self.raisedMinus) { digits = "-" } else { _ = take(Self.raisedPlus) }
    while let sign = next, sign >= Self.raisedZero, sign < Self.raisedZero + 10 {
      digits.unicodeScalars.append(Unicode.Scalar(sign - Self.raisedZero + 48))
      index += 1
    }
    if digits.utf8.count <= 4, let exponent = Int(digits) { return exponent }
    index = start
    return nil
  }

  private mutating func takeSigned() -> Int? {
    let isNegative = take(45)
    if !isNegative { _ = take(43) }
    let digits = takeDigits()
    guard digits.utf8.count <= 3, let exponent = Int(digits) else { return nil }
    return isNegative ? -exponent : exponent
  }

  private static let lessOrEqual: UInt8 = 1
  private static let greaterOrEqual: UInt8 = 2
  private static let raisedZero: UInt8 = 0x80
  private static let raisedMinus: UInt8 = 0x8A
  private static let raisedPlus: UInt8 = 0x8B

  private static func sign(_ scalar: Unicode.Scalar) -> UInt8 {
    switch scalar.value {
    case 0x21...0x7E: UInt8(scalar.value)
    case 0x20, 0x09...0x0D, 0xA0, 0x3000, 0xFEFF: 32
    case 0xFF01...0xFF5E: UInt8(scalar.value - 0xFEE0)
    case 0x2264, 0x2266, 0x2A7D: lessOrEqual
    case 0x2265, 0x2267, 0x2A7E: greaterOrEqual
    case 0x2212, 0xFE63: 45
    case 0xD7, 0x2715, 0xB7, 0x22C5: 120
    case 0x2070: raisedZero
    case 0xB9: raisedZero + 1
    case 0xB2, 0xB3: raisedZero + UInt8(scalar.value - 0xB0)
    case 0x2074...0x2079: raisedZero + UInt8(scalar.value - 0x2070)
    case 0x207A: raisedPlus
    case 0x207B: raisedMinus
    default: 0
    }
  }
}
