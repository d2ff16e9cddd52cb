import Foundation

/// An item that a local name may mean.
public struct ItemSuggestion: Hashable, Sendable {
  public let item: String
  /// 1: the same name; below: how alike.
  public let score: Double
}

/// The names of the catalogue's items, to propose one for a code that is not mapped. A proposal is for a person to
/// accept: nothing is ever mapped by it.
struct ItemNames: Sendable {
  private struct Entry: Sendable {
    var item: String
    var name: String
    var pairs: Set<String>
  }

  private let entries: [Entry]

  init(_ rows: [ItemRow]) {
    entries = rows.flatMap { row in
      Set([row.nameZh, row.nameEn, row.code].compactMap { $0.map(Self.plain) })
        .filter { !$0.isEmpty }
        .map { Entry(item: row.code, name: $0, pairs: Self.pairs($0)) }
    }
  }

  func suggest(_ name: String) -> [ItemSuggestion] {
    let name = Self.plain(name)
    guard !name.isEmpty else { return [] }
    let pairs = Self.pairs(name)
    var best: [String: Double] = [:]
    for entry in entries {
      let score = Self.score(name, pairs, entry.name, entry.pairs)
      if score > 0.4 { best[entry.item] = max(best[entry.item] ?? 0, score) }
    }
    let ordered = best.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return ordered.prefix(3).map { ItemSuggestion(item: $0.key, score: ($0.value * 100).rounded() / 100) }
  }

  /// Equal 1, one within the other by how much of it, else the Sørensen–Dice coefficient of their character pairs.
  private static func score(_ a: String, _ aPairs: Set<String>, _ b: String, _ bPairs: Set<String>) -> Double {
    if a == b { return 1 }
    let lengths = [Double(a.count), Double(b.count)].sorted()
    if lengths[0] >= 2, a.contains(b) || b.contains(a) { return 0.5 + 0.45 * lengths[0] / lengths[1] }
    guard !aPairs.isEmpty, !bPairs.isEmpty else { return 0 }
    return 0.9 * 2 * Double(aPairs.intersection(bPairs).count) / Double(aPairs.count + bPairs.count)
  }

  /// Compatibility forms as one, lower case, letters and digits only.
  private static func plain(_ name: String) -> String {
    let scalars = name.precomposedStringWithCompatibilityMapping.lowercased().unicodeScalars
    return String(
      String.UnicodeScalarView(scalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil }))
  }

  private static func pairs(_ name: String) -> Set<String> {
    let characters = Array(name)
    guard characters.count > 1 else { return [] }
    return Set((1..<characters.count).map { String(characters[($0 - 1)...$0]) })
  }
}
