import Clinical
import RegistryStore

extension ReportMove {
  static let schema = """
    -- Reports of which a human said that they are of another patient than the record they came with. Of those of one report and record
    -- the newest that has not ended holds.
    CREATE TABLE report_move (
      id INTEGER PRIMARY KEY,
      institution TEXT NOT NULL,
      report_number TEXT NOT NULL,
      -- With which its versions came.
      stored INTEGER NOT NULL REFERENCES source_record (id),
      -- Of which they are.
      record INTEGER NOT NULL REFERENCES source_record (id),
      event TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      ended_at INTEGER
    ) STRICT;
    CREATE INDEX report_move_report ON report_move (institution, report_number);
    CREATE INDEX report_move_stored ON report_move (stored);
    CREATE INDEX report_move_record ON report_move (record);
    CREATE INDEX report_move_event ON report_move (event);

    -- People whose name is written in more than one way: whoever says the same as one of their records may tell of a twin.
    CREATE TABLE named_otherwise (
      person TEXT PRIMARY KEY REFERENCES person (code)
    ) STRICT, WITHOUT ROWID;
    """
}

extension SQLiteTransaction {
  /// Whether any report was ever moved: nearly no registry has one.
  func hasReportMoves() throws -> Bool {
    if let areThere = hasMoves { return areThere }
    let areThere = try one(Int64.self, "SELECT 1 FROM report_move LIMIT 1", []) != nil
    hasMoves = areThere
    return areThere
  }

  func insert(_ move: ReportMove, event: String, recordedAt: Instant) throws {
    hasMoves = true
    try run(
      """
      INSERT INTO report_move (institution, report_number, stored, record, event, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
      """, [move.institution, move.number, move.stored, move.record, event, recordedAt.milliseconds])
  }

  func endReportMoves(event: String, recordedAt: Instant) throws -> [ReportMove] {
    let moves = try reportMoves(
      "SELECT institution, report_number, stored, record FROM report_move WHERE event = ? AND ended_at IS NULL", [event]
    )
    try run(
      "UPDATE report_move SET ended_at = ? WHERE event = ? AND ended_at IS NULL", [recordedAt.milliseconds, event])
    return moves
  }

  /// The record that versions of a report are of, as known at a moment.
  ///
  /// - Parameter stored: the one they came with.
  func holder(institution: String, number: String, stored: Int64, knownAt: Instant? = nil) throws -> Int64 {
    guard try hasReportMoves() else { return stored }
    let moment = knownAt?.milliseconds ?? .max
    return try one(
      Int64.self,
      """
      SELECT record FROM report_move WHERE institution = ? AND report_number = ? AND stored = ? AND recorded_at <= ?
        AND (ended_at IS NULL OR ended_at > ?) ORDER BY id DESC LIMIT 1
      """, [institution, number, stored, moment, moment]) ?? stored
  }

  /// The reports that were ever moved to a record, each by the record it came with.
  func reportsMoved(to record: Int64) throws -> [ReportMove] {
    try reportMoves(
      "SELECT DISTINCT institution, report_number, stored, record FROM report_move WHERE record = ?", [record])
  }

  private func reportMoves(_ sql: SQLText, _ arguments: [any SQLBindable]) throws -> [ReportMove] {
    let rows = try rows(sql, arguments)
    var result: [ReportMove] = []
    while let row = try rows.next() {
      result.append(ReportMove(institution: row[0], number: row[1], stored: row[2], record: row[3]))
    }
    return result
  }
}
