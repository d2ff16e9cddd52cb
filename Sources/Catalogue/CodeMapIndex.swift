import Clinical

/// Local codes by institution: a row naming the institution wins, then the one naming most (contracts.md,
/// `codemaps.csv`).
struct CodeMapIndex: Sendable {
  private let own: [String: LocalCodes]
  /// Rows that name no institution.
  private let anyones: LocalCodes

  init(_ maps: [CodeMap], units: UnitTable, items: [String: Item]) {
    let anyones = LocalCodes(maps.filter { $0.institution == nil }, units: units, items: items, else: nil)
    self.anyones = anyones
    own = Dictionary(grouping: maps.filter { $0.institution != nil }) { $0.institution ?? "" }.mapValues {
      LocalCodes($0, units: units, items: items, else: anyones)
    }
  }

  func codes(of institution: String) -> LocalCodes { own[institution] ?? anyones }
}

/// What one institution's local codes lead to.
public final class LocalCodes: Sendable {
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

  /// Of each code, those that name most first.
  private let rows: [String: [Row]]
  private let units: UnitTable
  private let others: LocalCodes?

  /// - Parameter others: what is asked where no row matches.
  fileprivate init(_ maps: [CodeMap], units: UnitTable, items: [String: Item], else others: LocalCodes?) {
    self.units = units
    self.others = others
    rows = Dictionary(grouping: maps) { $0.localCode }.mapValues { maps in
      maps.sorted { $0.named > $1.named }.map { Row($0, items) }
    }
  }

  /// What a code leads to; nil when no row has it, or when two that name as much mean different items: that would be a
  /// guess.
  func item(_ code: String, specimen: String?, unit: String?) -> LocalItem? {
    guard let rows = rows[code],
      let place = rows.firstIndex(where: { matches($0.map, specimen: specimen, unit: unit) })
    else { return others?.item(code, specimen: specimen, unit: unit) }
    let first = rows[place]
    if place == rows.count - 1 { return first.item }
    let isClear = rows[(place + 1)...].allSatisfy {
      $0.map.named < first.map.named || $0.map.item == first.map.item
        || !matches($0.map, specimen: specimen, unit: unit)
    }
    return isClear ? first.item : nil
  }

  /// The institution's own codes that lead to an item, in byte order.
  func ownCodes(for item: Item) -> [Code] {
    rows.compactMap { code, rows -> Code? in
      rows.first { $0.map.institution != nil && $0.item?.item === item }.map { Code(code, display: $0.map.localName) }
    }
    .sorted { $0.identifier < $1.identifier }
  }

  /// A row naming a unit also holds for a result without one: its unit is then the result's.
  private func matches(_ row: CodeMap, specimen: String?, unit: String?) -> Bool {
    if let own = row.specimen, own != specimen { return false }
    if let own = row.unit, let unit, own != unit, units.ucum(own) != units.ucum(unit) { return false }
    return true
  }
}
