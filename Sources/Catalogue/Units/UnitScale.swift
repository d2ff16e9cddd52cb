/// A positive factor kept exactly: `numerator / denominator × 10^ten × π^pi`.
///
/// Decimal powers stand apart from the fraction, so that what is a shift of the decimal point stays one. Canonical: the
/// fraction is in lowest terms, the numerator is no multiple of ten, the denominator of neither two nor five. A product
/// too long to be exact is rounded, and keeps 19 significant digits at least: more than a `Double` has.
struct UnitScale: Hashable, Sendable {
  private(set) var numerator: UInt128
  private(set) var denominator: UInt128
  private(set) var ten: Int
  private(set) var pi: Int

  static let one = UnitScale(1)
  static let pi = UnitScale(1, pi: 1)

  init(_ numerator: UInt128, over denominator: UInt128 = 1, ten: Int = 0, pi: Int = 0) {
    self.numerator = numerator
    self.denominator = denominator
    self.ten = ten
    self.pi = pi
    normalise()
  }

  /// Reads a positive decimal such as `6.62607015e-34`; nil for anything else.
  init?(decimal text: String) {
    let parts = text.split(separator: "e", maxSplits: 1)
    guard let mantissa = parts.first else { return nil }
    var ten = 0
    if parts.count == 2 {
      guard let exponent = Int(parts[1]) else { return nil }
      ten = exponent
    }
    let digits = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    if digits.count == 2 { ten -= digits[1].count }
    guard let number = UInt128(digits.joined()), number > 0 else { return nil }
    self.init(number, ten: ten)
  }

  /// The factor as the nearest `Double`, or next to it.
  var approximate: Double {
    let (top, bottom) = fraction
    return top / bottom
  }

  /// Numerator and denominator with the powers of ten and of π in whichever they multiply.
  var fraction: (top: Double, bottom: Double) {
    let tens = Self.power(10, abs(ten))
    let pis = Self.power(.pi, abs(pi))
    return (
      Double(numerator) * (ten > 0 ? tens : 1) * (pi > 0 ? pis : 1),
      Double(denominator) * (ten < 0 ? tens : 1) * (pi < 0 ? pis : 1)
    )
  }

  static func * (left: UnitScale, right: UnitScale) -> UnitScale {
    let first = greatestCommonDivisor(left.numerator, right.denominator)
    let second = greatestCommonDivisor(right.numerator, left.denominator)
    let (top, topTen) = product(left.numerator / first, right.numerator / second)
    let (bottom, bottomTen) = product(left.denominator / second, right.denominator / first)
    return UnitScale(top, over: bottom, ten: left.ten + right.ten + topTen - bottomTen, pi: left.pi + right.pi)
  }

  static func / (left: UnitScale, right: UnitScale) -> UnitScale { left * right.inverse }

  var inverse: UnitScale { UnitScale(denominator, over: numerator, ten: -ten, pi: -pi) }

  func raised(to exponent: Int) -> UnitScale {
    var base = exponent < 0 ? inverse : self
    var result = UnitScale.one
    var rest = abs(exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = result * base }
      rest >>= 1
      if rest > 0 { base = base * base }
    }
    return result
  }

  private mutating func normalise() {
    while denominator.isMultiple(of: 10) {
      denominator /= 10
      ten -= 1
    }
    reduceDenominator(by: 5, writing: 2)
    reduceDenominator(by: 2, writing: 5)
    while numerator.isMultiple(of: 10) {
      numerator /= 10
      ten += 1
    }
    let common = Self.greatestCommonDivisor(numerator, denominator)
    numerator /= common
    denominator /= common
  }

  /// `1 / factor` is `other / 10`.
  private mutating func reduceDenominator(by factor: UInt128, writing other: UInt128) {
    while denominator.isMultiple(of: factor) {
      denominator /= factor
      let (product, more) = Self.product(numerator, other)
      numerator = product
      ten += more - 1
    }
  }

  /// The product, and the power of ten it lacks because the larger factor was rounded to make it fit.
  private static func product(_ left: UInt128, _ right: UInt128) -> (UInt128, ten: Int) {
    var (larger, smaller) = left > right ? (left, right) : (right, left)
    var ten = 0
    while larger.leadingZeroBitCount + smaller.leadingZeroBitCount < UInt128.bitWidth {
      larger = larger / 10 + (larger % 10 >= 5 ? 1 : 0)
      ten += 1
      if larger < smaller { swap(&larger, &smaller) }
    }
    return (larger * smaller, ten)
  }

  private static func greatestCommonDivisor(_ left: UInt128, _ right: UInt128) -> UInt128 {
    var (a, b) = (left, right)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  /// Exact for powers of ten up to the 22nd.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<min(exponent, 400) { result *= base }
    return result
  }
}
