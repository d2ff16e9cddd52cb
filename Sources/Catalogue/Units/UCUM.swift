/// Units of measure by the case-sensitive codes of The Unified Code for Units of Measure (UCUM) 2.2, © Regenstrief
/// Institute.
///
/// UCUM counts amounts of substance, equivalents, osmoles and parts of a whole as pure numbers: it converts `mmol/L` to
/// `/L`, `meq/L` to `mmol/L` one to one, and `mmol/mol` to `%`. Whether such a conversion means anything for an item is
/// for the catalogue to know.
public enum UCUM {
  /// Whether the code is a unit of UCUM.
  public static func isValid(_ code: String) -> Bool { (try? unit(code)) != nil }

  /// What the code stands for. Codes once read are remembered.
  public static func unit(_ code: String) throws(UCUMError) -> UCUMUnit {
    guard code.utf8.count <= UCUMParser.maximumLength else { return try UCUMUnit(code) }
    return try units.value(for: code) {
      Result { () throws(UCUMError) in try UCUMUnit(code) }
    }.get()
  }

  /// The value in another unit.
  ///
  /// A value that is a short decimal is converted as that decimal, and the result is the `Double` nearest to the exact
  /// one wherever the factor is a fraction of ordinary size. Equal codes, and codes that mean the same, return the
  /// value unchanged.
  ///
  /// - Returns: nil when a code is not valid, the units are not commensurable, or the value has no counterpart (the pH
  ///   of a negative concentration).
  public static func convert(_ value: Double, from: String, to: String) -> Double? {
    guard from.utf8.count <= UCUMParser.maximumLength, to.utf8.count <= UCUMParser.maximumLength else { return nil }
    return conversions.value(for: Pair(from: from, to: to)) { () -> UnitConversion? in
      guard let source = try? unit(from), let target = try? unit(to) else { return nil }
      return UnitConversion(from: source, to: target)
    }?.apply(value)
  }

  private struct Pair: Hashable {
    var from: String
    var to: String
  }

  private static let units = Memo<String, Result<UCUMUnit, UCUMError>>()
  private static let conversions = Memo<Pair, UnitConversion?>()
}
