/// How values of one unit become values of another, prepared once.
///
/// A value that is a short decimal, as laboratories send them, is converted as that decimal: exactly, with one division
/// at the end, so that the result reads as a person would have written it (5.83 × 10^9/L = 0.00583 × 10^12/L).
struct UnitConversion: Sendable {
  private enum Way {
    case same
    case factor(ExactFactor)
    case shifted(ExactShift)
    case function(from: UCUMUnit.Special?, factor: ExactFactor, to: UCUMUnit.Special?)
  }

  private let way: Way

  /// nil when the units are not commensurable.
  init?(from: UCUMUnit, to: UCUMUnit) {
    guard from.dimension == to.dimension else { return nil }
    if from == to {
      way = .same
    } else if from.special == nil, to.special == nil {
      way = .factor(ExactFactor(from.scale / to.scale))
    } else if let shift = ExactShift(from: from, to: to) {
      way = .shifted(shift)
    } else {
      way = .function(from: from.special, factor: ExactFactor(from.scale / to.scale), to: to.special)
    }
  }

  /// The value converted; nil when the other unit has no such value, as the logarithm of a negative number.
  func apply(_ value: Double) -> Double? {
    let result: Double
    switch way {
    case .same: return value
    case .factor(let factor): result = factor.apply(value)
    case .shifted(let shift): result = shift.apply(value)
    case .function(let from, let factor, let to):
      let proper = from.map { $0.scale.proper(value * $0.multiplier.approximate) } ?? value
      let converted = factor.apply(proper)
      result = to.map { $0.scale.reading(converted) / $0.multiplier.approximate } ?? converted
    }
    return result.isFinite || !value.isFinite ? result : nil
  }
}

/// A factor between two proper units.
private struct ExactFactor: Sendable {
  private let numerator: Double
  private let denominator: Double
  private let ten: Int
  private let isExact: Bool
  /// The whole factor as a quotient, for values that are no short decimals.
  private let fraction: (top: Double, bottom: Double)

  init(_ scale: UnitScale) {
    numerator = Double(scale.numerator)
    denominator = Double(scale.denominator)
    ten = scale.ten
    isExact =
      scale.pi == 0 && UInt128(exactly: numerator) == scale.numerator
      && UInt128(exactly: denominator) == scale.denominator
    fraction = scale.fraction
  }

  func apply(_ value: Double) -> Double {
    if isExact, let decimal = ShortDecimal(value) {
      let shift = ten - decimal.places
      if let top = exactProduct(decimal.digits, numerator) {
        if shift >= 0, let top = exactProduct(top, tenToThe: shift) { return top / denominator }
        if shift < 0, let bottom = exactProduct(denominator, tenToThe: -shift) { return top / bottom }
      }
    }
    return fraction.bottom == 1 ? value * fraction.top : value * fraction.top / fraction.bottom
  }
}

/// `(value × factor + offset) / divisor`: temperatures counted from different zeros.
private struct ExactShift: Sendable {
  private let factor: Double
  private let offset: Double
  private let divisor: Double

  /// nil where one of the scales is more than shifted, or the numbers are too long to be exact.
  init?(from: UCUMUnit, to: UCUMUnit) {
    guard let (fromOffset, fromTop, fromBottom) = Self.parts(from),
      let (toOffset, toTop, toBottom) = Self.parts(to),
      let (top, bottom) = Self.integers(from.scale / to.scale)
    else { return nil }
    // value × fromTop/fromBottom + fromOffset/100, times top/bottom, minus toOffset/100, times toBottom/toTop.
    let numbers = [
      fromTop * top * toBottom * 100,
      (fromOffset * top - toOffset * bottom) * fromBottom * toBottom,
      fromBottom * bottom * toTop * 100,
    ]
    let doubles = numbers.map { Double($0) }
    guard zip(numbers, doubles).allSatisfy({ Int128(exactly: $1) == $0 }) else { return nil }
    factor = doubles[0]
    offset = doubles[1]
    divisor = doubles[2]
  }

  func apply(_ value: Double) -> Double {
    if let decimal = ShortDecimal(value), let top = exactProduct(decimal.digits, factor),
      let shift = exactProduct(offset, tenToThe: decimal.places),
      let bottom = exactProduct(divisor, tenToThe: decimal.places), abs(top) + abs(shift) <= 0x1p53
    {
      return (top + shift) / bottom
    }
    return (value * factor + offset) / divisor
  }

  private static func parts(_ unit: UCUMUnit) -> (offset: Int128, top: Int128, bottom: Int128)? {
    guard let special = unit.special else { return (0, 1, 1) }
    guard let offset = special.scale.offsetInHundredths, let (top, bottom) = integers(special.multiplier) else {
      return nil
    }
    return (offset, top, bottom)
  }

  /// Numerator and denominator, small enough that a few of them can be multiplied.
  private static func integers(_ scale: UnitScale) -> (top: Int128, bottom: Int128)? {
    let (top, bottom) = scale.fraction
    guard scale.pi == 0, abs(scale.ten) <= 6, top < 1e8, bottom < 1e8 else { return nil }
    return (Int128(top), Int128(bottom))
  }
}

/// The shortest decimal that reads as a given number: `digits / 10^places`.
private struct ShortDecimal {
  let digits: Double
  let places: Int

  /// nil when the number has no decimal of up to 22 places and 53 bits.
  init?(_ value: Double) {
    var places = 0
    while places <= 22 {
      let shifted = value * powersOfTen[places]
      guard abs(shifted) <= 0x1p53 else { return nil }
      let digits = shifted.rounded()
      if digits / powersOfTen[places] == value {
        self.digits = digits
        self.places = places
        return
      }
      places += 1
    }
    return nil
  }
}

/// 10^0 … 10^22: those that a `Double` holds exactly.
private let powersOfTen: [Double] = (0...22).map { UnitScale.power(10, $0) }

/// The product when nothing of it is lost by rounding.
private func exactProduct(_ left: Double, _ right: Double) -> Double? {
  let product = left * right
  return (-product).addingProduct(left, right) == 0 ? product : nil
}

private func exactProduct(_ left: Double, tenToThe exponent: Int) -> Double? {
  exponent < powersOfTen.count ? exactProduct(left, powersOfTen[exponent]) : nil
}
