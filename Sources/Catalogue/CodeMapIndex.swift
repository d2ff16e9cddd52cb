/// Local codes by institution: a row naming the institution wins, then the one naming most (contracts.md,
/// `codemaps.csv`).
struct CodeMapIndex: Sendable {
  /// By institution (empty: any), then by local code, those that name most first.
  private let rows: [String: [String: [CodeMap]]]
  private let units: UnitTable

  init(_ maps: [CodeMap], units: UnitTable) {
    self.units = units
    rows = Dictionary(grouping: maps) { $0.institution ?? "" }
      .mapValues { rows in
        Dictionary(grouping: rows, by: \.localCode).mapValues { $0.sorted { $0.named > $1.named } }
      }
  }

  /// The row of a code; nil when there is none, or when two that name as much mean different items: that would be a
  /// guess.
  func row(_ code: String, of institution: String, specimen: String?, unit: String?) -> CodeMap? {
    best(rows[institution]?[code], specimen, unit) ?? best(rows[""]?[code], specimen, unit) ?? nil
  }

  /// nil when no candidate matches, `.some(nil)` when it is not clear which.
  private func best(_ candidates: [CodeMap]?, _ specimen: String?, _ unit: String?) -> CodeMap?? {
    guard let candidates, let first = candidates.firstIndex(where: { matches($0, specimen: specimen, unit: unit) })
    else { return nil }
    let best = candidates[first]
    let isClear = candidates[(first + 1)...].allSatisfy {
      $0.named < best.named || $0.item == best.item || !matches($0, specimen: specimen, unit: unit)
    }
    return .some(isClear ? best : nil)
  }

  /// A row naming a unit also holds for a result without one: its unit is then the result's.
  private func matches(_ row: CodeMap, specimen: String?, unit: String?) -> Bool {
    if let own = row.specimen, own != specimen { return false }
    if let own = row.unit, let unit, own != unit, units.ucum(own) != units.ucum(unit) { return false }
    return true
  }
}
