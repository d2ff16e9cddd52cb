/// Failed checks, in their order.
public struct CheckSet: Hashable, Sendable, ExpressibleByArrayLiteral {
  private var bits: UInt32 = 0

  public init(arrayLiteral elements: Check...) {
    for check in elements { insert(check) }
  }

  public mutating func insert(_ check: Check) { bits |= check.bit }

  /// Inserts a check when it fails.
  mutating func insert(_ check: Check, if fails: Bool) {
    if fails { insert(check) }
  }

  public func contains(_ check: Check) -> Bool { bits & check.bit != 0 }
  public var isEmpty: Bool { bits == 0 }
  public func isDisjoint(with other: CheckSet) -> Bool { bits & other.bits == 0 }

  public func subtracting(_ other: CheckSet) -> CheckSet {
    var result = self
    result.bits &= ~other.bits
    return result
  }

  public var checks: [Check] {
    zip(Check.allCases, 0 as UInt32..<32).filter { bits & (1 << $1) != 0 }.map(\.0)
  }
}

extension Check {
  private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, 0 as UInt32..<32))

  fileprivate var bit: UInt32 { 1 << (Check.places[self] ?? 0) }
}
