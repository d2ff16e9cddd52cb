/// Local codes by institution: a row naming the institution wins, then the one naming most (contracts.md,
/// `codemaps.csv`).
struct CodeMapIndex: Sendable {
  /// A row, with the item it leads to: nil when the catalogue has none of that code.
  private struct Row: Sendable {
    var map: CodeMap
    var item: LocalItem?
  }

  /// By institution (empty: any), then by local code, those that name most first.
  private let rows: [String: [String: [Row]]]
  private let units: UnitTable

  init(_ maps: [CodeMap], units: UnitTable, items: [String: Item]) {
    self.units = units
    rows = Dictionary(grouping: maps) { $0.institution ?? "" }
      .mapValues { maps in
        Dictionary(grouping: maps, by: \.localCode).mapValues { maps in
          maps.sorted { $0.named > $1.named }.map { map in
            Row(map: map, item: items[map.item].map { LocalItem(item: $0, unit: map.unit) })
          }
        }
      }
  }

  /// What a code leads to; nil when no row has it, or when two that name as much mean different items: that would be a
  /// guess.
  func item(_ code: String, of institution: String, specimen: String?, unit: String?) -> LocalItem? {
    for scope in [institution, ""] {
      guard let candidates = rows[scope]?[code],
        let first = candidates.firstIndex(where: { matches($0.map, specimen: specimen, unit: unit) })
      else { continue }
      // By their places: every result of an import comes through here, and a row is not to be copied for it.
      let isClear = candidates.indices.dropFirst(first + 1).allSatisfy {
        candidates[$0].map.named < candidates[first].map.named || candidates[$0].map.item == candidates[first].map.item
          || !matches(candidates[$0].map, specimen: specimen, unit: unit)
      }
      return isClear ? candidates[first].item : nil
    }
    return nil
  }

  /// A row naming a unit also holds for a result without one: its unit is then the result's.
  private func matches(_ row: CodeMap, specimen: String?, unit: String?) -> Bool {
    if let own = row.specimen, own != specimen { return false }
    if let own = row.unit, let unit, own != unit, units.ucum(own) != units.ucum(unit) { return false }
    return true
  }
}
