/// Local codes by institution: a row naming the institution wins, then the one naming most (contracts.md,
/// `codemaps.csv`).
struct CodeMapIndex: Sendable {
  /// A row, with the item it leads to: nil when the catalogue has none of that code. Every result of an import comes to one, and is not
  /// to copy it.
  private final class Row: Sendable {
    let map: CodeMap
    let item: LocalItem?

    init(_ map: CodeMap, _ items: [String: Item]) {
      self.map = map
      item = items[map.item].map { LocalItem(item: $0, unit: map.unit) }
    }
  }

  private struct Key: Hashable {
    /// Empty: any.
    var institution: String
    var code: String
  }

  /// Those that name most first.
  private let rows: [Key: [Row]]
  private let units: UnitTable

  init(_ maps: [CodeMap], units: UnitTable, items: [String: Item]) {
    self.units = units
    rows = Dictionary(grouping: maps) { Key(institution: $0.institution ?? "", code: $0.localCode) }.mapValues { maps in
      maps.sorted { $0.named > $1.named }.map { Row($0, items) }
    }
  }

  /// What a code leads to; nil when no row has it, or when two that name as much mean different items: that would be a
  /// guess.
  func item(_ code: String, of institution: String, specimen: String?, unit: String?) -> LocalItem? {
    let own = matching(code, of: institution, specimen: specimen, unit: unit)
    let rows = own.isEmpty ? matching(code, of: "", specimen: specimen, unit: unit) : own
    guard let first = rows.first else { return nil }
    let isClear = rows.dropFirst().allSatisfy {
      $0.map.named < first.map.named || $0.map.item == first.map.item
        || !matches($0.map, specimen: specimen, unit: unit)
    }
    return isClear ? first.item : nil
  }

  /// The rows of a code from the first that matches on.
  private func matching(
    _ code: String, of institution: String, specimen: String?, unit: String?
  ) -> ArraySlice<Row> {
    (rows[Key(institution: institution, code: code)] ?? []).drop {
      !matches($0.map, specimen: specimen, unit: unit)
    }
  }

  /// A row naming a unit also holds for a result without one: its unit is then the result's.
  private func matches(_ row: CodeMap, specimen: String?, unit: String?) -> Bool {
    if let own = row.specimen, own != specimen { return false }
    if let own = row.unit, let unit, own != unit, units.ucum(own) != units.ucum(unit) { return false }
    return true
  }
}
