public import Clinical
import Foundation
internal import GRDB

/// An accepted message as it is kept.
public struct StoredMessage: Sendable {
  public var digest: [UInt8]
  public var institution: String
  /// Who sent it, as the message writes it: message ids are the sender's own.
  public var sender: String
  public var messageID: String
  public var messageTime: Instant
  /// Digest of what it says, whatever its bytes: the same message written again says nothing new.
  public var content: [UInt8]
  public var dialect: Dialect
  public var feed: Int64
  public var line: Int
  public var recordedAt: Instant
  /// JSON, or nil when there are none.
  public var findings: String?
  /// The original bytes, compressed.
  public var body: [UInt8]

  public init(
    digest: [UInt8], institution: String, sender: String, messageID: String, messageTime: Instant,
    content: [UInt8], dialect: Dialect,
    feed: Int64, line: Int, recordedAt: Instant, findings: String?, body: [UInt8]
  ) {
    self.digest = digest
    self.institution = institution
    self.sender = sender
    self.messageID = messageID
    self.messageTime = messageTime
    self.content = content
    self.dialect = dialect
    self.feed = feed
    self.line = line
    self.recordedAt = recordedAt
    self.findings = findings
    self.body = body
  }
}

/// A message that was accepted before, as far as a new one is compared with it.
public struct KnownMessage: Sendable {
  public var id: Int64
  public var digest: [UInt8]
  public var content: [UInt8]
  public var time: Instant
}

extension StoreTransaction {
  /// The id of a feed's label.
  public func feed(_ label: String) throws -> Int64 {
    if let id = try one(Int64.self, "SELECT id FROM feed WHERE label = ?", [label]) { return id }
    try run("INSERT INTO feed (label) VALUES (?)", [label])
    return lastID
  }

  /// What was accepted under a sender's message id. The same bytes have the same sender and id, whatever the reference data says
  /// of them, so this also finds those.
  public func messages(sender: String, messageID: String) throws -> [KnownMessage] {
    let rows = try rows(
      "SELECT id, digest, content, message_time FROM message WHERE sender = ? AND message_id = ?", [sender, messageID])
    var result: [KnownMessage] = []
    while let row = try rows.next() {
      result.append(KnownMessage(id: row[0], digest: row[1], content: row[2], time: Instant(milliseconds: row[3])))
    }
    return result
  }

  /// - Returns: the message's id.
  public func insert(_ message: StoredMessage) throws -> Int64 {
    try run(
      """
      INSERT INTO message (digest, institution, sender, message_id, message_time, content, dialect, feed,
        line, recorded_at, findings, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        message.digest, message.institution, message.sender,
        message.messageID,
        message.messageTime.milliseconds, message.content, message.dialect.rawValue, message.feed, message.line,
        message.recordedAt.milliseconds, message.findings, message.body,
      ])
    return lastID
  }

  /// The original bytes of a message.
  public func messageBody(_ id: Int64) throws -> [UInt8]? {
    guard let data = try one([UInt8].self, "SELECT body FROM message WHERE id = ?", [id]) else { return nil }
    return try data.withUnsafeBytes { try expand($0) }
  }

  /// Where a message came from: the feed's label, the line, the dialect and its own id.
  public func messageOrigin(_ id: Int64) throws -> (label: String, line: Int, dialect: String, messageID: String)? {
    try first(
      "SELECT feed.label, line, dialect, message_id FROM message JOIN feed ON feed.id = feed WHERE message.id = ?", [id]
    ) { (label: $0[0], line: $0[1], dialect: $0[2], messageID: $0[3]) }
  }
}
