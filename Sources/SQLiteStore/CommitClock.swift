import Clinical
import RegistryStore

enum CommitClock {
  /// What was written before commits had numbers is taken for one, as late as the latest of it.
  static let schema = """
    -- The commits: numbers and times that only rise. `recorded_at` of whatever a commit wrote is its time.
    CREATE TABLE registry_commit (
      id INTEGER PRIMARY KEY,
      at INTEGER NOT NULL UNIQUE,
      -- Over the one before it and all that it wrote.
      digest BLOB NOT NULL
    ) STRICT;
    INSERT INTO registry_commit (id, at, digest) SELECT 1, max(at), x'' FROM (
      \(recordedTimes.map { "SELECT max(\($0.column)) AS at FROM \($0.table)" }.joined(separator: " UNION ALL "))
    ) HAVING max(at) IS NOT NULL;
    """

  private static let recordedTimes: [(table: String, column: String)] =
    [
      "message", "source_record", "record_identity", "identifier", "person", "link", "redirect", "report_version",
      "quarantine", "quarantine_release", "reference_generation", "event", "person_model", "review", "verdict",
      "dispute",
      "patient_event", "patient_event_number", "report_identity", "message_dictionary", "common_value", "report_move",
    ].map { ($0, "recorded_at") }
    + [
      "review", "verdict", "dispute", "patient_event", "patient_event_number", "stated_identity", "ended_identifier",
      "report_move",
    ].map { ($0, "ended_at") }
}

extension SQLiteTransaction {
  func lastCommit() throws -> Commit {
    try first("SELECT id, at FROM registry_commit ORDER BY id DESC LIMIT 1", []) { row in
      Commit(number: row[0], at: Instant(milliseconds: row[1]))
    } ?? .none
  }

  func lastCommitDigest() throws -> [UInt8] {
    try one([UInt8].self, "SELECT digest FROM registry_commit ORDER BY id DESC LIMIT 1", []) ?? []
  }

  func commit(withDigest digest: [UInt8]) throws -> Int64? {
    try one(Int64.self, "SELECT id FROM registry_commit WHERE digest = ?", [digest])
  }

  func insert(_ commit: Commit, since lastRows: [Int64]) throws {
    let previous =
      try one([UInt8].self, "SELECT digest FROM registry_commit WHERE id = ?", [commit.number - 1]) ?? []
    let digest = try digest(of: commit, after: previous, since: lastRows)
    let rows = try commitRows()
    try run(
      """
      INSERT INTO registry_commit
        (id, at, digest, last_version, last_link, last_redirect, last_identity, last_past, last_event,
         last_signature, last_common)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        commit.number, commit.at.milliseconds, digest, rows.version, rows.link, rows.redirect, rows.identity, rows.past,
        rows.event, rows.signature, rows.common,
      ])
  }

  /// Digests what was there before commits had digests, as the commit it is taken for.
  func digestFirstCommit() throws {
    let first = try lastCommit()
    if first.number == 0 { return }
    var digest = CommitDigest(first, after: [])
    for table in CommitDigest.tables where !table.isSinceFirst { try digest.add(table, rows(table.all, []).next) }
    try run("UPDATE registry_commit SET digest = ? WHERE id = ?", [digest.finish(), first.number])
  }
}
