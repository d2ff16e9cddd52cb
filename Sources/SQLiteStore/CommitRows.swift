import Clinical
import RegistryStore

/// The last rows that there were after a commit, of what is followed by commits: whoever has followed up to one finds what came since by
/// the numbers of its rows.
struct CommitRows {
  var version: Int64 = 0
  var link: Int64 = 0
  var redirect: Int64 = 0
  var identity: Int64 = 0
  var past: Int64 = 0
  var event: Int64 = 0
  var signature: Int64 = 0
  var common: Int64 = 0

  static let schema = """
    ALTER TABLE registry_commit ADD COLUMN last_version INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_link INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_redirect INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_identity INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_past INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_event INTEGER;
    UPDATE registry_commit SET (last_version, last_link, last_redirect, last_identity, last_past, last_event) = (
      \(select)) WHERE id = (SELECT max(id) FROM registry_commit);
    """

  /// What the index of people follows came to it later.
  static let schemaOfIndex = """
    ALTER TABLE registry_commit ADD COLUMN last_signature INTEGER;
    ALTER TABLE registry_commit ADD COLUMN last_common INTEGER;
    UPDATE registry_commit SET (last_signature, last_common) = (SELECT \(index))
    WHERE id = (SELECT max(id) FROM registry_commit);
    """

  private static let index = """
    ifnull((SELECT max(id) FROM match_signature), 0), ifnull((SELECT max(id) FROM common_value), 0)
    """

  private static let select = """
    SELECT ifnull((SELECT max(id) FROM report_version), 0), ifnull((SELECT max(id) FROM link), 0), \
    ifnull((SELECT max(id) FROM redirect), 0), ifnull((SELECT max(id) FROM record_identity), 0), \
    ifnull((SELECT max(id) FROM identity_past), 0), ifnull((SELECT max(id) FROM event), 0)
    """

  fileprivate static let selectAll = "\(select), \(index)"
}

extension SQLiteTransaction {
  /// Those of now: what a commit that is about to be made leaves.
  func commitRows() throws -> CommitRows {
    try first(SQLText(CommitRows.selectAll), [], CommitRows.init) ?? CommitRows()
  }

  /// Those after a commit; none before the first.
  ///
  /// - Throws: `StoreError.damaged` for a commit of which they are not kept.
  func commitRows(after commit: Int64) throws -> CommitRows {
    if commit == 0 { return CommitRows() }
    let rows = try first(
      """
      SELECT last_version, last_link, last_redirect, last_identity, last_past, last_event, last_signature, last_common
      FROM registry_commit WHERE id = ? AND last_version IS NOT NULL
      """, [commit], CommitRows.init)
    guard let rows else { throw StoreError.damaged("commit \(commit) does not say which rows were its last") }
    return rows
  }

  /// The last of the index of people after a commit; none, so that all is read again, where a commit does not say it.
  func indexRows(after commit: Int64) throws -> (signature: Int64, common: Int64) {
    if commit == 0 { return (0, 0) }
    return try first(
      "SELECT ifnull(last_signature, 0), ifnull(last_common, 0) FROM registry_commit WHERE id = ?", [commit]
    ) { ($0[0], $0[1]) } ?? (0, 0)
  }

  func commit(following number: Int64, versions: Int, events: Int) throws -> Int64 {
    let rows = try commitRows(after: number)
    let next = try one(
      Int64.self, "SELECT min(id) FROM registry_commit WHERE id > ? AND last_version IS NOT NULL", [number])
    let last = try one(
      Int64.self, "SELECT max(id) FROM registry_commit WHERE id > ? AND last_version <= ? AND last_event <= ?",
      [number, rows.version + Int64(versions), rows.event + Int64(events)])
    return max(number, next ?? 0, last ?? 0)
  }
}

extension CommitRows {
  fileprivate init(_ row: SQLRow) {
    (version, link, redirect) = (row[0], row[1], row[2])
    (identity, past, event) = (row[3], row[4], row[5])
    (signature, common) = (row[6] ?? 0, row[7] ?? 0)
  }
}
