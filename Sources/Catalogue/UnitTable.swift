import Clinical

/// Units by their spellings, and what a number is in another unit.
public struct UnitTable: Sendable {
  private let codes: [String: String]

  init(_ rows: [(spelling: String, ucum: String)]) {
    codes = Dictionary(rows.map { (UnitTable.oneMicro($0.spelling), $0.ucum) }) { first, _ in first }
  }

  /// The UCUM code of a spelling: the registry's own `units.csv` first, then what senders are known to write, else the spelling
  /// itself.
  public func ucum(_ spelling: String) -> String {
    codes[spelling] ?? codes[UnitTable.oneMicro(spelling.trimmed)] ?? UnitSpelling.normalise(spelling) ?? spelling
  }

  /// Whether two spellings are of one unit.
  public func areOne(_ a: String, _ b: String) -> Bool {
    let (a, b) = (ucum(a), ucum(b))
    if a == b { return true }
    guard let one = try? UCUM.unit(a), let other = try? UCUM.unit(b) else { return false }
    return one == other && AmountOfSubstance.units(a) == AmountOfSubstance.units(b)
  }

  /// The micro sign (U+00B5) and the Greek letter mu (U+03BC) look alike and are typed for one another.
  private static func oneMicro(_ spelling: String) -> String {
    guard spelling.utf8.contains(0xCE) else { return spelling }
    return String(String.UnicodeScalarView(spelling.unicodeScalars.map { $0 == "\u{3BC}" ? "\u{B5}" : $0 }))
  }

  func normalize(_ value: Double, unit: String?, for item: Item) -> Double? {
    guard let target = item.unit else { return value }
    guard let unit else { return UnitTable.isPlainNumber(ucum(target)) ? value : nil }
    if unit == target { return value }
    let from = ucum(unit)
    let to = ucum(target)
    if let converted = convert(value, from: from, to: to) { return converted }
    for row in item.conversions {
      let left = ucum(row.from)
      let right = ucum(row.to)
      if let start = convert(value, from: from, to: left), let end = convert(start * row.factor, from: right, to: to) {
        return end
      }
      if let start = convert(value, from: from, to: right), let end = convert(start / row.factor, from: left, to: to) {
        return end
      }
    }
    return nil
  }

  /// Whether a unit says nothing of a number but what it is of: `1`, `{ratio}`, `{INR}`, `[pH]`. A `%` or `mmol/mol` says how large it
  /// is, and is missed.
  private static func isPlainNumber(_ ucum: String) -> Bool {
    var plain = ""
    var isAnnotation = false
    for character in ucum {
      if character == "{" { isAnnotation = true }
      if !isAnnotation { plain.append(character) }
      if character == "}" { isAnnotation = false }
    }
    return plain.isEmpty || plain == "1" || plain == "[pH]"
  }

  private func convert(_ value: Double, from: String, to: String) -> Double? {
    if from == to { return value }
    guard AmountOfSubstance.units(from) == AmountOfSubstance.units(to) else { return nil }
    return UCUM.convert(value, from: from, to: to)
  }
}
