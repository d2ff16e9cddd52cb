public import Clinical

/// What a snapshot tells of what a check goes through.
public protocol ChecksReading {
  /// What SQLite itself finds wrong: pages, indexes, constraints, foreign keys.
  func structuralProblems() throws -> [String]

  /// Every message's id, digest and compressed bytes, one at a time.
  func eachMessageBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws

  /// All that was ever said of patients: the message that said it, its digest, and its bytes.
  func eachIdentityBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws

  /// Every source record, in the order of their ids.
  func recordIDs() throws -> [Int64]

  /// Every source record and its key.
  func eachRecord(_ body: (Int64, RecordKey) throws -> Void) throws
}

/// An accepted message, and what was kept of it, to be held against what comes of its bytes.
public struct MessageEvidence: Sendable {
  public var id: Int64
  public var institution: String
  public var sender: String
  public var messageID: String
  public var messageTime: Instant
  public var content: [UInt8]
  public var dialect: String
  public var label: String
  public var line: Int
  public var recordedAt: Instant
  /// The original bytes, compressed.
  public var body: [UInt8]
  public var reading: MessageReading

  /// As an engine reads it.
  package init(
    id: Int64, institution: String, sender: String, messageID: String, messageTime: Instant, content: [UInt8],
    dialect: String, label: String, line: Int, recordedAt: Instant, body: [UInt8], reading: MessageReading
  ) {
    (self.id, self.institution, self.sender, self.messageID) = (id, institution, sender, messageID)
    (self.messageTime, self.content, self.dialect) = (messageTime, content, dialect)
    (self.label, self.line, self.recordedAt) = (label, line, recordedAt)
    (self.body, self.reading) = (body, reading)
  }
}

/// A version of a report as a message left it.
public struct EvidencedVersion: Sendable {
  /// The one it came with.
  public var record: Int64
  public var institution: String
  /// Under which it is kept.
  public var number: String
  public var messageTime: Instant
  public var recordedAt: Instant
  public var content: [UInt8]
  /// `ReportPacking.pack` of it.
  public var packed: [UInt8]

  /// As an engine reads it.
  package init(
    record: Int64, institution: String, number: String, messageTime: Instant, recordedAt: Instant, content: [UInt8],
    packed: [UInt8]
  ) {
    (self.record, self.institution, self.number) = (record, institution, number)
    (self.messageTime, self.recordedAt) = (messageTime, recordedAt)
    (self.content, self.packed) = (content, packed)
  }
}

/// What a message said of a record's patient.
public struct EvidencedIdentity: Sendable {
  public var record: Int64
  public var digest: [UInt8]

  /// As an engine reads it.
  package init(record: Int64, digest: [UInt8]) { (self.record, self.digest) = (record, digest) }
}

/// What a snapshot tells of the evidence for what it holds.
public protocol EvidenceReading {
  /// Every accepted message with the versions of reports and the identities that it left, in the order of coming: one at a time.
  func eachMessageEvidence(
    _ body: (MessageEvidence, [EvidencedVersion], [EvidencedIdentity]) throws -> Void) throws

  /// Whether just this was ever said of a record's patient, by a moment.
  func hasSaid(record: Int64, digest: [UInt8], by moment: Instant) throws -> Bool

  /// Whether an id means a report that is kept under a number.
  func isReportIdentity(institution: String, _ identity: String, number: String) throws -> Bool

  /// The message that a record came with.
  func firstMessage(record: Int64) throws -> Int64?

  /// The records of links that came with an event which is not in the chain.
  func linksWithoutEvent() throws -> [Int64]
}
