public import Clinical

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
  public var reading: MessageReading

  public init(
    digest: [UInt8], institution: String, sender: String, messageID: String, messageTime: Instant,
    content: [UInt8], dialect: Dialect,
    feed: Int64, line: Int, recordedAt: Instant, findings: String?, body: [UInt8],
    reading: MessageReading = MessageReading()
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
    self.reading = reading
  }
}

/// What decided, beside its bytes, how a message was read: with it the same comes of it again.
public struct MessageReading: Sendable, Hashable {
  /// A start tag that binds the prefixes bound around it; empty where it stood by itself.
  public var prologue: [UInt8]
  /// Whose feed it was said to be.
  public var feedOf: String?
  /// The generation of the reference data it was read with; nil for what was taken in before this was kept.
  public var generation: Int64?

  public init(prologue: [UInt8] = [], feedOf: String? = nil, generation: Int64? = nil) {
    (self.prologue, self.feedOf, self.generation) = (prologue, feedOf, generation)
  }
}

/// A message that was accepted before, as far as a new one is compared with it.
public struct KnownMessage: Sendable {
  public var id: Int64
  public var digest: [UInt8]
  public var content: [UInt8]
  public var time: Instant

  /// As an engine reads it.
  package init(id: Int64, digest: [UInt8], content: [UInt8], time: Instant) {
    self.id = id
    self.digest = digest
    self.content = content
    self.time = time
  }
}

/// What a snapshot tells of messages.
public protocol StoredMessagesReading {
  /// What was accepted under a sender's message id. The same bytes have the same sender and id, whatever the reference data says
  /// of them, so this also finds those.
  func messages(sender: String, messageID: String) throws -> [KnownMessage]

  /// The original bytes of a message.
  func messageBody(_ id: Int64) throws -> [UInt8]?

  /// Where a message came from: the feed's label, the line, the dialect and its own id.
  func messageOrigin(_ id: Int64) throws -> (label: String, line: Int, dialect: String, messageID: String)?
}

/// What a writer does to messages.
public protocol StoredMessagesWriting {
  /// The id of a feed's label.
  func feed(_ label: String) throws -> Int64

  /// - Returns: the message's id.
  func insert(_ message: StoredMessage) throws -> Int64
}
