import Clinical
import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func quarantine(_ message: QuarantinedMessage, feed: Int64, body: [UInt8]) throws {
    try run(
      """
      INSERT INTO quarantine (digest, code, reason, feed, line, column_number, path, frame, prologue, recorded_at, body,
        frame_line, frame_column, feed_of)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (digest, code) DO NOTHING
      """,
      [
        message.digest, message.code, message.reason, feed, message.line, message.column, message.path,
        message.frame, message.prologue, message.recordedAt.milliseconds, body, message.frameLine, message.frameColumn,
        message.feedOf,
      ])
  }

  private static let columns = """
    SELECT quarantine.id, digest, code, reason, label, line, column_number, path, frame, prologue, quarantine.recorded_at,
      quarantine_release.quarantine IS NOT NULL, frame_line, frame_column, feed_of
    FROM quarantine JOIN feed ON feed.id = feed LEFT JOIN quarantine_release ON quarantine_release.quarantine = quarantine.id
    """

  func quarantined() throws -> [QuarantinedMessage] {
    let rows = try rows(
      SQLText(SQLiteTransaction.columns + " WHERE quarantine_release.quarantine IS NULL ORDER BY quarantine.id"), [])
    var result: [QuarantinedMessage] = []
    while let row = try rows.next() { result.append(SQLiteTransaction.quarantined(row)) }
    return result
  }

  func unreadFiles() throws -> [QuarantinedMessage] {
    let rows = try rows(
      SQLText(
        SQLiteTransaction.columns
          + " WHERE frame = 'file' AND quarantine_release.quarantine IS NULL ORDER BY quarantine.id"), [])
    var result: [QuarantinedMessage] = []
    while let row = try rows.next() { result.append(SQLiteTransaction.quarantined(row)) }
    return result
  }

  func quarantined(id: Int64) throws -> QuarantinedMessage? {
    try first(SQLText(SQLiteTransaction.columns + " WHERE quarantine.id = ?"), [id], SQLiteTransaction.quarantined)
  }

  func quarantineBody(_ id: Int64) throws -> [UInt8]? {
    guard let data = try one([UInt8].self, "SELECT body FROM quarantine WHERE id = ?", [id]) else { return nil }
    return try data.withUnsafeBytes { try expand($0) }
  }

  func release(quarantine id: Int64, recordedAt: Instant) throws {
    try run(
      "INSERT INTO quarantine_release (quarantine, recorded_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
      [id, recordedAt.milliseconds])
  }

  private static func quarantined(_ row: SQLRow) -> QuarantinedMessage {
    QuarantinedMessage(
      id: row[0], digest: row[1], code: row[2], reason: row[3], label: row[4], line: row[5],
      column: row[6], path: row[7], frameLine: row[12], frameColumn: row[13], feedOf: row[14], frame: row[8],
      prologue: row[9], recordedAt: Instant(milliseconds: row[10]), isReleased: row[11])
  }
}
