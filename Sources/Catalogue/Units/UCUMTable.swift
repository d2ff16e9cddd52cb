/// The prefixes and units of UCUM, resolved to base units once and never changed.
///
/// Source of the facts: The Unified Code for Units of Measure (UCUM) 2.2, © Regenstrief Institute, ucum.org. One
/// departure: `%[slope]` is a hundred times the tangent of the angle (100 % = 45°), as its definition `100tan(1 rad)`
/// says.
struct UCUMTable: Sendable {
  static let standard = UCUMTable()

  /// A symbol that stands for a unit by itself.
  struct Atom: Sendable {
    var unit: UCUMUnit
    /// Whether it takes prefixes.
    var isMetric: Bool
  }

  /// One unit a line, columns apart by spaces: code; `m` metric, `a` arbitrary, `:name` of a special unit's function,
  /// or `-`; value; and the unit the value is counted in.
  static let definitions = [metric, customary, clinical]

  static let prefixes: [(code: String, scale: UnitScale)] =
    [
      ("Y", 24), ("Z", 21), ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("h", 2), ("da", 1),
      ("d", -1), ("c", -2), ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18), ("z", -21), ("y", -24),
    ].map { ($0, UnitScale(1, ten: $1)) }
    + [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40)].map { ($0, UnitScale(1 << $1)) }

  let atoms: [String: Atom]

  private init() {
    let builder = Builder()
    for code in builder.definitions.keys { _ = builder.atom(code) }
    atoms = builder.atoms
  }

  /// The unit that a code stands for.
  func parse(_ code: String) throws(UCUMError) -> UCUMUnit {
    try UCUMParser.parse(code) { Self.unit($0) { atoms[$0] } }
  }

  /// What a symbol stands for, by itself or, where metric, with a prefix.
  private static func unit(_ symbol: String, atom: (String) -> Atom?) -> UCUMUnit? {
    if let atom = atom(symbol) { return atom.unit }
    for prefix in prefixes where symbol.hasPrefix(prefix.code) {
      if let atom = atom(String(symbol.dropFirst(prefix.code.count))), atom.isMetric {
        return atom.unit.multiplied(by: prefix.scale)
      }
    }
    return nil
  }

  /// Resolves definitions in whatever order they refer to one another. A fault in the table is a fault of the
  /// programme.
  private final class Builder {
    struct Definition {
      var code: String
      var flags: Substring
      var value: String
      var unit: String
    }

    var atoms: [String: Atom] = [
      "m": Atom(unit: UCUMUnit(dimension: UnitDimension(.length)), isMetric: true),
      "s": Atom(unit: UCUMUnit(dimension: UnitDimension(.time)), isMetric: true),
      "g": Atom(unit: UCUMUnit(dimension: UnitDimension(.mass)), isMetric: true),
      "rad": Atom(unit: UCUMUnit(dimension: UnitDimension(.angle)), isMetric: true),
      "K": Atom(unit: UCUMUnit(dimension: UnitDimension(.temperature)), isMetric: true),
      "C": Atom(unit: UCUMUnit(dimension: UnitDimension(.charge)), isMetric: true),
      "cd": Atom(unit: UCUMUnit(dimension: UnitDimension(.luminousIntensity)), isMetric: true),
      "[pi]": Atom(unit: UCUMUnit(scale: .pi), isMetric: false),
    ]
    var definitions: [String: Definition] = [:]

    init() {
      for line in UCUMTable.definitions.joined(separator: "\n").split(separator: "\n") {
        let columns = line.split(separator: " ")
        precondition(columns.count == 4, "a unit definition has four columns: \(line)")
        let code = String(columns[0])
        definitions[code] = Definition(
          code: code, flags: columns[1], value: String(columns[2]), unit: String(columns[3]))
      }
    }

    func atom(_ code: String) -> Atom? {
      if let atom = atoms[code] { return atom }
      guard let definition = definitions[code] else { return nil }
      guard let value = UnitScale(decimal: definition.value),
        let base = try? UCUMParser.parse(definition.unit, symbol: { UCUMTable.unit($0, atom: self.atom) })
      else { preconditionFailure("unreadable unit definition of \(code)") }
      let flags = definition.flags.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      var unit = base.multiplied(by: value)
      if flags.count == 2 {
        guard let scale = SpecialScale(rawValue: String(flags[1])) else {
          preconditionFailure("unknown function of \(code)")
        }
        unit = UCUMUnit(
          dimension: unit.dimension, scale: unit.scale, special: .init(scale: scale, multiplier: .one))
      } else if flags[0].contains("a"), !base.dimension.isArbitrary {
        unit = UCUMUnit(dimension: UnitDimension(arbitrary: code))
      }
      let atom = Atom(unit: unit, isMetric: flags[0].contains("m"))
      atoms[code] = atom
      return atom
    }
  }
}
