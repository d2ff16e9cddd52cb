import Clinical
import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func feed(_ label: String) throws -> Int64 {
    if let id = try one(Int64.self, "SELECT id FROM feed WHERE label = ?", [label]) { return id }
    try run("INSERT INTO feed (label) VALUES (?)", [label])
    return lastID
  }

  func messages(sender: String, messageID: String) throws -> [KnownMessage] {
    let rows = try rows(
      "SELECT id, digest, content, message_time FROM message WHERE sender = ? AND message_id = ?", [sender, messageID])
    var result: [KnownMessage] = []
    while let row = try rows.next() {
      result.append(KnownMessage(id: row[0], digest: row[1], content: row[2], time: Instant(milliseconds: row[3])))
    }
    return result
  }

  func insert(_ message: StoredMessage) throws -> Int64 {
    try run(
      """
      INSERT INTO message (digest, institution, sender, message_id, message_time, content, dialect, feed,
        line, recorded_at, findings, body, prologue, feed_of, reference)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        message.digest, message.institution, message.sender,
        message.messageID,
        message.messageTime.milliseconds, message.content, message.dialect.rawValue, message.feed, message.line,
        message.recordedAt.milliseconds, message.findings, message.body,
        message.reading.prologue.isEmpty ? nil as [UInt8]? : message.reading.prologue, message.reading.feedOf,
        message.reading.generation,
      ])
    return lastID
  }

  func messageBody(_ id: Int64) throws -> [UInt8]? {
    guard let data = try one([UInt8].self, "SELECT body FROM message WHERE id = ?", [id]) else { return nil }
    return try data.withUnsafeBytes { try expand($0) }
  }

  func messageOrigin(_ id: Int64) throws -> (label: String, line: Int, dialect: String, messageID: String)? {
    try first(
      "SELECT feed.label, line, dialect, message_id FROM message JOIN feed ON feed.id = feed WHERE message.id = ?", [id]
    ) { (label: $0[0], line: $0[1], dialect: $0[2], messageID: $0[3]) }
  }
}
