import Clinical
import Crypto
import RegistryStore

/// What a commit wrote, as one digest over the digest of the commit before it: rows that are changed, removed or put in afterwards, or
/// moved to another time, are found. Bodies stand for themselves by the digests beside them, which `huren check` holds them to.
struct CommitDigest {
  /// Rows that stay as they were written, in the order of writing.
  struct Rows {
    let name: String
    /// Follows those up to a row's id; the first column is the id.
    let written: SQLText
    /// All of them, their time as the second column.
    let all: SQLText
    /// The id of the last; nil for rows that are told by the time of their end.
    let last: SQLText?
    /// Whether the table came later than digests did: a registry of before, which is one commit, is digested without it.
    var isSinceFirst = false
  }

  private static func table(
    _ name: String, _ columns: String, from: String? = nil, isSinceFirst: Bool = false
  ) -> Rows {
    let select = "SELECT own.id, own.recorded_at, \(columns) FROM \(from ?? "\(name) AS own")"
    return Rows(
      name: name, written: SQLText("\(select) WHERE own.id > ? ORDER BY own.id"),
      all: SQLText("\(select) ORDER BY own.id"), last: SQLText("SELECT ifnull(max(id), 0) FROM \(name)"),
      isSinceFirst: isSinceFirst)
  }

  /// What has an end is written once more, when it ends.
  private static func ends(_ name: String, _ columns: String) -> Rows {
    let select = "SELECT own.id, own.ended_at, \(columns) FROM \(name) AS own"
    return Rows(
      name: "\(name), ended", written: SQLText("\(select) WHERE own.ended_at = ? ORDER BY own.id"),
      all: SQLText("\(select) WHERE own.ended_at IS NOT NULL ORDER BY own.ended_at, own.id"), last: nil)
  }

  static let tables: [Rows] = [
    table(
      "message",
      "own.digest, own.institution, own.sender, own.message_id, own.message_time, own.content, own.dialect, own.feed, own.line, own.findings"
    ),
    // With whom it is about: a record has no other place where that is said.
    table(
      "record_identity",
      """
      own.record, own.message, own.digest,
        ifnull((SELECT told_at FROM identity_past WHERE identity = own.id ORDER BY until, id LIMIT 1), own.told_at),
        source_record.institution, source_record.key_kind, source_record.key_value
      """, from: "record_identity AS own JOIN source_record ON source_record.id = own.record"),
    table("link", "own.record, own.person, own.grade, own.rule, own.actor"),
    table("redirect", "own.person, own.target"),
    table(
      "report_version", "own.record, own.institution, own.report_number, own.message, own.message_time, own.content"),
    table("quarantine", "own.digest, own.code, own.reason, own.feed, own.line, own.column_number, own.path"),
    table("reference_generation", "own.digest"),
    table("event", "own.event_id, own.kind, own.decision_id, own.at, own.digest"),
    table("person_model", "own.version, own.body"),
    table("review", "own.record_a, own.record_b, own.guards, own.bits, own.is_refused_link"),
    table("verdict", "own.record_a, own.record_b, own.is_same, own.event, own.stated_at"),
    table("dispute", "own.institution, own.report_number, own.event"),
    table("patient_event", "own.event, own.institution, own.kind, own.message, own.at, own.patient, own.prior"),
    table("report_move", "own.institution, own.report_number, own.stored, own.record, own.event"),
    table("common_value", "own.value"),
    table(
      "account",
      "own.name, own.kind, own.role, own.institutions, own.person, own.keys, own.key_address, own.certificate, own.is_enabled, own.event",
      isSinceFirst: true),
    table("account_secret", "own.account, own.password, own.totp, own.code, own.code_expires", isSinceFirst: true),
    ends("review", "own.outcome"), ends("verdict", "NULL"), ends("dispute", "own.outcome"),
    ends("patient_event", "NULL"), ends("report_move", "NULL"),
  ]

  static let schema = ["review", "verdict", "dispute", "patient_event", "report_move"].map {
    "CREATE INDEX \($0)_ended ON \($0) (ended_at) WHERE ended_at IS NOT NULL;"
  }.joined(separator: "\n")

  private var hash: SHA256
  private var bytes: [UInt8] = []

  init(_ commit: Commit, after previous: [UInt8]) {
    hash = SHA256()
    hash.update(data: previous)
    add(UInt64(bitPattern: commit.number))
    add(UInt64(bitPattern: commit.at.milliseconds))
  }

  /// Adds the rows of a table; of none there is no trace.
  ///
  /// - Parameter next: the next of them, nil after the last.
  mutating func add(_ table: Rows, _ next: () throws -> SQLRow?) rethrows {
    var count: UInt64 = 0
    while let row = try next() {
      if count == 0 { bytes += Array(table.name.utf8) + [0] }
      count += 1
      row.eachValue { kind, value in
        bytes.append(kind)
        add(UInt64(value.count))
        bytes += value
      }
      if bytes.count >= 1 << 16 { flush() }
    }
    if count > 0 { add(count) }
  }

  mutating func finish() -> [UInt8] {
    flush()
    return Array(hash.finalize())
  }

  private mutating func flush() {
    hash.update(data: bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func add(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}

extension SQLiteTransaction {
  /// The last row of each table that commits are digested of.
  func lastRows() throws -> [Int64] {
    try CommitDigest.tables.map { table in try table.last.map { try one(Int64.self, $0, []) ?? 0 } ?? 0 }
  }

  /// The digest of what was written since the rows that were the last.
  func digest(of commit: Commit, after previous: [UInt8], since lastRows: [Int64]) throws -> [UInt8] {
    var digest = CommitDigest(commit, after: previous)
    for (table, last) in zip(CommitDigest.tables, lastRows) {
      let rows = try rows(table.written, [table.last == nil ? commit.at.milliseconds : last])
      try digest.add(table, rows.next)
    }
    return digest.finish()
  }

  func verifyCommits() throws -> (last: Commit, digest: [UInt8], problem: String?) {
    let commits = try rows("SELECT id, at, digest FROM registry_commit ORDER BY id", [])
    var cursors = try CommitDigest.tables.map { CommitCursor($0, try rows($0.all, [])) }
    defer { for cursor in cursors { cursor.rows.close() } }
    var (last, previous) = (Commit.none, [UInt8]())
    while let row = try commits.next() {
      let commit = Commit(number: row[0], at: Instant(milliseconds: row[1]))
      let stored: [UInt8] = row[2]
      if commit.number != last.number + 1 || last.number > 0 && commit.at <= last.at {
        commits.close()
        return (last, previous, "commit \(last.number + 1) is not there, or not when it was made")
      }
      var digest = CommitDigest(commit, after: previous)
      for place in cursors.indices {
        try digest.add(cursors[place].table) { try cursors[place].next(through: commit.at) }
      }
      if digest.finish() != stored {
        commits.close()
        return (
          last, previous,
          "what commit \(commit.number) wrote is not what is there: a row of it was changed, removed or put in"
        )
      }
      (last, previous) = (commit, stored)
    }
    for place in cursors.indices where try cursors[place].next(through: Instant(milliseconds: .max)) != nil {
      return (last, previous, "\(cursors[place].table.name) has rows that no commit wrote")
    }
    return (last, previous, nil)
  }
}

/// The rows of a table in the order of their commits.
private struct CommitCursor {
  let table: CommitDigest.Rows
  let rows: SQLRows
  /// One that was read, and is of a later commit than was asked for.
  private var ahead: SQLRow?
  /// SQLite would begin anew with a statement that is done.
  private var isAtEnd = false

  init(_ table: CommitDigest.Rows, _ rows: SQLRows) { (self.table, self.rows) = (table, rows) }

  /// - Returns: nil when the next is of a later commit, or there is none.
  mutating func next(through moment: Instant) throws -> SQLRow? {
    if isAtEnd { return nil }
    guard let row = try ahead ?? rows.next() else {
      isAtEnd = true
      return nil
    }
    let isLater = (row[1] as Int64) > moment.milliseconds
    ahead = isLater ? row : nil
    return isLater ? nil : row
  }
}
