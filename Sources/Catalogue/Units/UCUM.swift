import Synchronization

/// Units of measure by the case-sensitive codes of The Unified Code for Units of Measure (UCUM) 2.2, © Regenstrief Institute.
///
/// UCUM counts amounts of substance, equivalents, osmoles and parts of a whole as pure numbers: it converts `mmol/L` to `/L`, `meq/L`
/// to `mmol/L` one to one, and `mmol/mol` to `%`. Whether such a conversion means anything for an item is for the
/// catalogue to know.
public enum UCUM {
  /// Whether the code is a unit of UCUM.
  public static func isValid(_ code: String) -> Bool { (try? unit(code)) != nil }

  /// What the code stands for. Codes once read are remembered.
  public static func unit(_ code: String) throws(UCUMError) -> UCUMUnit {
    if let known = memory.withLock({ $0.units[code] }) { return try known.get() }
    let result: Result<UCUMUnit, UCUMError>
    do { result = .success(try UCUMUnit(code)) } catch { result = .failure(error) }
    memory.withLock { $0.remember(result, for: code) }
    return try result.get()
  }

  /// The value in another unit.
  ///
  /// A value that is a short decimal is converted as that decimal, and the result is the `Double` nearest to the exact one
  /// wherever the factor is a fraction of ordinary size. Equal codes, and codes that mean the same, return the value unchanged.
  ///
  /// - Returns: nil when a code is not valid, the units are not commensurable, or the value has no counterpart (the pH of a
  ///   negative concentration).
  public static func convert(_ value: Double, from: String, to: String) -> Double? {
    if from == to { return isValid(from) ? value : nil }
    let key = Memory.Pair(from: from, to: to)
    if let known = memory.withLock({ $0.conversions[key] }) { return known?.apply(value) }
    var conversion: UnitConversion?
    if let source = try? unit(from), let target = try? unit(to) {
      conversion = UnitConversion(from: source, to: target)
    }
    memory.withLock { [conversion] in $0.remember(conversion, for: key) }
    return conversion?.apply(value)
  }

  private static let memory = Mutex(Memory())

  /// What was read before. Senders use a few dozen codes; the bound is there for those who send anything.
  private struct Memory {
    struct Pair: Hashable {
      var from: String
      var to: String
    }

    static let capacity = 4096
    var units: [String: Result<UCUMUnit, UCUMError>] = [:]
    var conversions: [Pair: UnitConversion?] = [:]

    mutating func remember(_ result: Result<UCUMUnit, UCUMError>, for code: String) {
      guard code.utf8.count <= UCUMParser.maximumLength else { return }
      if units.count >= Self.capacity { units.removeAll(keepingCapacity: true) }
      units[code] = result
    }

    mutating func remember(_ conversion: UnitConversion?, for pair: Pair) {
      guard pair.from.utf8.count + pair.to.utf8.count <= 2 * UCUMParser.maximumLength else { return }
      if conversions.count >= Self.capacity { conversions.removeAll(keepingCapacity: true) }
      conversions[pair] = .some(conversion)
    }
  }
}
