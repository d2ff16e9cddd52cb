public import Clinical
import Foundation
internal import GRDB

/// A message that could not be taken in, with where and why.
public struct QuarantinedMessage: Sendable {
  public var id: Int64
  public var digest: [UInt8]
  public var code: String
  public var reason: String
  public var label: String
  /// Where in the file what is wrong stands.
  public var line: Int
  public var column: Int
  public var path: String
  /// Where in the file the message begins.
  public var frameLine: Int
  public var frameColumn: Int
  /// Whose feed it was said to be: the institution's code.
  public var feedOf: String?
  /// How its bytes are framed: `xml`, `json`, `er7`.
  public var frame: String
  /// A start tag that binds the prefixes bound around it.
  public var prologue: [UInt8]
  public var recordedAt: Instant
  public var isReleased: Bool

  public init(
    id: Int64 = 0, digest: [UInt8], code: String, reason: String, label: String, line: Int, column: Int, path: String,
    frameLine: Int = 1, frameColumn: Int = 1, feedOf: String? = nil, frame: String, prologue: [UInt8],
    recordedAt: Instant, isReleased: Bool = false
  ) {
    self.id = id
    self.digest = digest
    self.code = code
    self.reason = reason
    self.label = label
    self.line = line
    self.column = column
    self.path = path
    self.frameLine = frameLine
    self.frameColumn = frameColumn
    self.feedOf = feedOf
    self.frame = frame
    self.prologue = prologue
    self.recordedAt = recordedAt
    self.isReleased = isReleased
  }
}

extension StoreTransaction {
  /// Keeps a message that could not be taken in; the same bytes with the same reason are kept once.
  ///
  /// - Parameter body: the bytes, compressed.
  public func quarantine(_ message: QuarantinedMessage, feed: Int64, body: [UInt8]) throws {
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

  /// What is still in quarantine, oldest first.
  public func quarantined() throws -> [QuarantinedMessage] {
    let rows = try rows(
      SQLText(StoreTransaction.columns + " WHERE quarantine_release.quarantine IS NULL ORDER BY quarantine.id"), [])
    var result: [QuarantinedMessage] = []
    while let row = try rows.next() { result.append(StoreTransaction.quarantined(row)) }
    return result
  }

  public func quarantined(id: Int64) throws -> QuarantinedMessage? {
    try first(SQLText(StoreTransaction.columns + " WHERE quarantine.id = ?"), [id], StoreTransaction.quarantined)
  }

  /// The bytes of a quarantined message.
  public func quarantineBody(_ id: Int64) throws -> [UInt8]? {
    guard let data = try one([UInt8].self, "SELECT body FROM quarantine WHERE id = ?", [id]) else { return nil }
    return try data.withUnsafeBytes { try expand($0) }
  }

  /// Marks a quarantined message as taken in.
  public func release(quarantine id: Int64, recordedAt: Instant) throws {
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
