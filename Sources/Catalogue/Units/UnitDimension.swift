/// What a unit measures: exponents of UCUM's seven base units, and of the arbitrary units, which are commensurable with
/// themselves alone. UCUM counts amounts of substance as pure numbers (mol = 6.02214076 × 10^23).
public struct UnitDimension: Hashable, Sendable {
  /// The base units of UCUM in the order of its dimension vector.
  public enum Base: Int, Sendable, CaseIterable {
    case length, time, mass, angle, temperature, charge, luminousIntensity
  }

  struct Arbitrary: Hashable, Sendable {
    var code: String
    var exponent: Int32
  }

  private var exponents = SIMD8<Int32>()
  /// Sorted by code, without zero exponents.
  private var arbitrary: [Arbitrary] = []

  init() {}

  init(_ base: Base) { exponents[base.rawValue] = 1 }

  init(arbitrary code: String) { arbitrary = [Arbitrary(code: code, exponent: 1)] }

  /// The exponent of a base unit.
  public subscript(base: Base) -> Int { Int(exponents[base.rawValue]) }

  /// Whether this is a pure number.
  public var isNone: Bool { arbitrary.isEmpty && exponents == SIMD8<Int32>() }

  /// Whether an arbitrary unit such as `[IU]` takes part.
  public var isArbitrary: Bool { !arbitrary.isEmpty }

  static func + (left: UnitDimension, right: UnitDimension) -> UnitDimension {
    var result = left
    result.exponents &+= right.exponents
    for term in right.arbitrary {
      if let index = result.arbitrary.firstIndex(where: { $0.code == term.code }) {
        result.arbitrary[index].exponent += term.exponent
      } else {
        result.arbitrary.append(term)
      }
    }
    result.arbitrary.removeAll { $0.exponent == 0 }
    result.arbitrary.sort { $0.code < $1.code }
    return result
  }

  static func * (dimension: UnitDimension, factor: Int) -> UnitDimension {
    var result = dimension
    result.exponents &*= SIMD8(repeating: Int32(factor))
    for index in result.arbitrary.indices { result.arbitrary[index].exponent *= Int32(factor) }
    result.arbitrary.removeAll { $0.exponent == 0 }
    return result
  }
}
