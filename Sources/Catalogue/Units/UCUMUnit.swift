/// A unit as UCUM means it: what it measures and how large it is. Two codes of the same meaning give equal values
/// (`mL`, `cm3`); annotations mean nothing.
public struct UCUMUnit: Hashable, Sendable {
  public let dimension: UnitDimension
  /// Of the proper unit, in UCUM's base units.
  let scale: UnitScale
  /// Readings on a special scale such as `Cel`: the function, and what a reading is multiplied by before it (`dB`:
  /// 0.1).
  let special: Special?

  struct Special: Hashable, Sendable {
    var scale: SpecialScale
    var multiplier: UnitScale
  }

  init(dimension: UnitDimension = UnitDimension(), scale: UnitScale = .one, special: Special? = nil) {
    self.dimension = dimension
    self.scale = scale
    self.special = special
  }

  /// Reads a case-sensitive UCUM code.
  public init(_ code: String) throws(UCUMError) {
    self = try UCUMTable.standard.parse(code)
  }

  /// How many of the coherent unit of UCUM's base (m, s, g, rad, K, C, cd) this is; of a special unit, its proper unit.
  public var magnitude: Double { scale.approximate }

  /// Whether readings stand on a scale that is not proportional to a proper unit, such as `Cel`, `[pH]`, `dB`.
  public var isSpecial: Bool { special != nil }

  /// Whether values can be converted to the other unit.
  public func isCommensurable(with other: UCUMUnit) -> Bool { dimension == other.dimension }

  /// The value in another unit; nil when the two are not commensurable or there is no such value.
  public func convert(_ value: Double, to other: UCUMUnit) -> Double? {
    UnitConversion(from: self, to: other)?.apply(value)
  }

  /// The product. nil where UCUM defines none: a special unit takes only plain numbers as factors (§22).
  public func multiplied(by other: UCUMUnit) -> UCUMUnit? {
    if special == nil, other.special == nil {
      return UCUMUnit(dimension: dimension + other.dimension, scale: scale * other.scale)
    }
    if other.isNumber { return multiplied(by: other.scale) }
    return isNumber ? other.multiplied(by: scale) : nil
  }

  /// The quotient. nil where UCUM defines none: a special unit can be divided only by plain numbers (§22).
  public func divided(by other: UCUMUnit) -> UCUMUnit? {
    other.raised(to: -1).flatMap { multiplied(by: $0) }
  }

  /// A power; nil for a special unit, unless to the first.
  public func raised(to exponent: Int) -> UCUMUnit? {
    if exponent == 1 { return self }
    if special != nil { return nil }
    return UCUMUnit(dimension: dimension * exponent, scale: scale.raised(to: exponent))
  }

  /// With a prefix or another plain factor before it.
  func multiplied(by factor: UnitScale) -> UCUMUnit {
    guard var special else { return UCUMUnit(dimension: dimension, scale: scale * factor) }
    special.multiplier = special.multiplier * factor
    return UCUMUnit(dimension: dimension, scale: scale, special: special)
  }

  private var isNumber: Bool { special == nil && dimension.isNone }
}
