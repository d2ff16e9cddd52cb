import XMLReading

/// Elements that a path leads to, or those of them that belong to the place it begins at: `where` says by which texts, as a row of a
/// table is found by its key.
struct MappingRows: Sendable, Hashable {
  struct Condition: Sendable, Hashable {
    /// From the row.
    var way: MappingPath
    /// From where the rows are looked for.
    var value: MappingField
  }

  var path: MappingPath
  /// All must hold.
  var conditions: [Condition] = []

  static let here = MappingRows(path: .here)

  func hash(into hasher: inout Hasher) { hasher.combine(path) }
}

/// The rows of a table by the texts of their keys.
struct MappingTable {
  private(set) var rows: [XMLElement] = []
  private var byKey: [[String]: [Int]] = [:]
  private var isTaken: [Bool] = []

  mutating func add(_ row: XMLElement, key: [String]?) {
    if let key { byKey[key, default: []].append(rows.count) }
    rows.append(row)
    isTaken.append(false)
  }

  mutating func take(_ key: [String]) -> [XMLElement] {
    guard let found = byKey[key] else { return [] }
    for index in found { isTaken[index] = true }
    return found.map { rows[$0] }
  }

  /// Those that nobody asked for.
  var left: [XMLElement] { rows.indices.lazy.filter { !isTaken[$0] }.map { rows[$0] } }
}
