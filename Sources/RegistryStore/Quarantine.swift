public import Clinical

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

  /// How a file that could not be read is kept: there is nothing of it but its label.
  public static let fileFrame = "file"

  /// Whether it is a file that could not be read, not a message of one.
  public var isFile: Bool { frame == Self.fileFrame }

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

/// What a snapshot tells of what lies in quarantine.
public protocol QuarantineReading {
  /// What is still in quarantine, oldest first.
  func quarantined() throws -> [QuarantinedMessage]

  /// The files among them.
  func unreadFiles() throws -> [QuarantinedMessage]

  /// One message by its number; nil when there is none.
  func quarantined(id: Int64) throws -> QuarantinedMessage?

  /// The bytes of a quarantined message.
  func quarantineBody(_ id: Int64) throws -> [UInt8]?
}

/// What a writer does to what lies in quarantine.
public protocol QuarantineWriting {
  /// Keeps a message that could not be taken in; the same bytes with the same reason are kept once.
  ///
  /// - Parameter body: the bytes, compressed.
  func quarantine(_ message: QuarantinedMessage, feed: Int64, body: [UInt8]) throws

  /// Marks a quarantined message as taken in.
  func release(quarantine id: Int64, recordedAt: Instant) throws
}
