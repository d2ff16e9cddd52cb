public import Clinical
import Foundation
internal import GRDB

/// An accepted message as it is kept.
public struct StoredMessage: Sendable {
  public var digest: [UInt8]
  public var institution: String
  /// The sending application: message ids are its own.
  public var application: String
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
    digest: [UInt8], institution: String, application: String, messageID: String, messageTime: Instant,
    content: [UInt8], dialect: Dialect,
    feed: Int64, line: Int, recordedAt: Instant, findings: String?, body: [UInt8]
  ) {
    self.digest = digest
    self.institution = institution
    self.application = application
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

extension StoreTransaction {
  /// The id of a feed's label.
  public func feed(_ label: String) throws -> Int64 {
    if let id = try one(Int64.self, "SELECT id FROM feed WHERE label = ?", [label]) { return id }
    try run("INSERT INTO feed (label) VALUES (?)", [label])
    return lastID
  }

  /// Whether these very bytes were accepted before.
  public func hasMessage(digest: [UInt8]) throws -> Bool {
    let rows = try rows("SELECT digest FROM message WHERE digest_prefix = ?", [StoreTransaction.prefix(of: digest)])
    while let row = try rows.next() {
      if row.withBytes(0, { $0.elementsEqual(digest) }) {
        rows.close()
        return true
      }
    }
    return false
  }

  /// What was accepted under an application's message id: its row, content digest and the message's own time.
  public func messages(institution: String, application: String, messageID: String) throws -> [(
    id: Int64, content: [UInt8], time: Instant
  )] {
    let rows = try rows(
      "SELECT content, message_time, id FROM message WHERE institution = ? AND message_id = ? AND application = ?",
      [institution, messageID, application])
    var result: [(id: Int64, content: [UInt8], time: Instant)] = []
    while let row = try rows.next() {
      result.append((row[2], row[0], Instant(milliseconds: row[1])))
    }
    return result
  }

  /// - Returns: the message's id.
  public func insert(_ message: StoredMessage) throws -> Int64 {
    try run(
      """
      INSERT INTO message (digest, digest_prefix, institution, application, message_id, message_time, content, dialect, feed,
        line, recorded_at, findings, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        message.digest, StoreTransaction.prefix(of: message.digest), message.institution, message.application,
        message.messageID,
        message.messageTime.milliseconds, message.content, message.dialect.rawValue, message.feed, message.line,
        message.recordedAt.milliseconds, message.findings, message.body,
      ])
    return lastID
  }

  /// The original bytes of a message.
  public func messageBody(_ id: Int64) throws -> [UInt8]? {
    guard let data = try one([UInt8].self, "SELECT body FROM message WHERE id = ?", [id]) else { return nil }
    return try data.withUnsafeBytes { (bytes) throws(StoreError) in try Compressor.expand(bytes) }
  }

  /// Where a message came from: the feed's label, the line, the dialect and its own id.
  public func messageOrigin(_ id: Int64) throws -> (label: String, line: Int, dialect: String, messageID: String)? {
    try first(
      "SELECT feed.label, line, dialect, message_id FROM message JOIN feed ON feed.id = feed WHERE message.id = ?", [id]
    ) { (label: $0[0], line: $0[1], dialect: $0[2], messageID: $0[3]) }
  }

  /// The first eight bytes of a digest, by which it is indexed: small, and compared in full when found.
  static func prefix(of digest: [UInt8]) -> Int64 {
    digest.prefix(8).reduce(Int64(0)) { ($0 << 8) | Int64($1) }
  }
}
