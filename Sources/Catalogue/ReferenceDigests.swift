import Clinical
import Crypto

/// What a decision was made from: SHA-256 in hexadecimal over canonical rows, so that the order of rows and columns,
/// quoting and line ends do not matter.
public struct ReferenceDigests: Hashable, Sendable, Codable {
  /// `policy.yaml` with its defaults, and `windows.csv`.
  public let policy: String
  /// Every table that is not in one of the others. `mappings/*.yaml` are in none: they are about reading, and what was
  /// read has digests of its own.
  public let catalogue: String
  /// `lists.csv` and `agreements.csv`.
  public let lists: String
  /// `certificates.csv`.
  public let certificates: String

  init(_ rows: ReferenceRows) {
    let policyTables: [ReferenceTable] = [.windows]
    let listTables: [ReferenceTable] = [.lists, .agreements]
    let certificateTables: [ReferenceTable] = [.certificates]
    let others = ReferenceTable.allCases.filter { !(policyTables + listTables + certificateTables).contains($0) }
    policy = Self.digest([("policy", rows.policy.canonicalRows)] + Self.tables(policyTables, rows))
    catalogue = Self.digest(Self.tables(others, rows))
    lists = Self.digest(Self.tables(listTables, rows))
    certificates = Self.digest(Self.tables(certificateTables, rows))
  }

  /// Of what the books of savings depend on: how results are read as items, the zone of months, who an institution is, shares of
  /// avoided fees, and what retest reasons mean. Another list or price changes only what is decided from then on.
  static func books(_ rows: ReferenceRows) -> String {
    digest(
      [("reading", [[String(readingVersion)]]), ("policy", [[rows.policy.timeZone]])]
        + tables([.institutions, .items, .codemaps, .specimens, .units, .splits, .retestReasons], rows))
  }

  /// Raised when results are read as items in another way than before, so that books that are kept are made anew. 2: codes of one
  /// result that disagree are of no item.
  private static let readingVersion = 2

  private static func tables(_ names: [ReferenceTable], _ rows: ReferenceRows) -> [(String, [[String]])] {
    names.compactMap { table in
      let own = (rows.raw[table]?.rows ?? []).map { Array($0.fields.prefix(table.decisiveColumns)) }
      // A table that came later leaves the digests of the folders that do without it as they were.
      return table == .flags && own.isEmpty ? nil : (table.rawValue, own)
    }
  }

  private static func digest(_ tables: [(name: String, rows: [[String]])]) -> String {
    var hash = SHA256()
    for table in tables {
      hash.update(data: Array((table.name + "\u{1D}").utf8))
      // No field of a CSV of words and numbers holds the separators of ASCII itself.
      for row in table.rows.map({ $0.joined(separator: "\u{1F}") + "\u{1E}" }).sorted() {
        hash.update(data: Array(row.utf8))
      }
    }
    return hash.finalize().hex
  }
}
