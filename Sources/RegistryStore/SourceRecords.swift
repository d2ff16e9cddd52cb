public import Clinical

/// What names a patient within an institution: their local number, else another number, else their report.
public struct RecordKey: Hashable, Sendable {
  public var institution: String
  public var kind: String
  public var value: String

  public init(institution: String, kind: String, value: String) {
    self.institution = institution
    self.kind = kind
    self.value = value
  }

  /// - Parameter number: within a domain of the institution's it is told with it, as CX writes it: `1001^^^LAB`.
  public init(institution: String, _ number: Identifier) {
    self.init(
      institution: institution, kind: number.kind.rawValue,
      value: number.assigner.map { number.value + RecordKey.ofDomain + $0 } ?? number.value)
  }

  /// Whether a number of the institution's can be this one's: not when each is of another domain.
  public func mayBe(_ number: Identifier) -> Bool {
    guard let domain = value.firstRange(of: RecordKey.ofDomain), let assigner = number.assigner else { return true }
    return value[domain.upperBound...] == assigner
  }

  private static let ofDomain = "^^^"

  /// The shard its record lies in, 0…63 (FNV-1a of institution, kind and value): the same on any engine. Each is a place where
  /// tables and indexes grow: a thousand of them were a thousand pages of each to write for every transaction. Records of before keep
  /// the ids they have.
  package var shard: Int64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for part in [institution, kind, value] {
      for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01b3
    }
    return Int64(truncatingIfNeeded: (hash ^ (hash >> 32)) & 63)
  }
}

/// What was said of a record's patient with a report.
public struct ToldIdentity: Sendable {
  public var id: Int64
  /// The first that said it.
  public var message: Int64
  public var toldAt: Instant
  public var digest: [UInt8]
  /// As `PatientPacking` packs it.
  public var body: [UInt8]

  /// As an engine reads it.
  package init(id: Int64, message: Int64, toldAt: Instant, digest: [UInt8], body: [UInt8]) {
    self.id = id
    self.message = message
    self.toldAt = toldAt
    self.digest = digest
    self.body = body
  }
}

/// Whether something was said of a record, and by what.
public enum Saying: Sendable {
  case unsaid
  /// By an event that can be undone, and by nothing else.
  case stated
  /// With a report: what is said so is never unsaid.
  case forGood
}

/// What a snapshot tells of source records and what was said of them.
public protocol SourceRecordsReading {
  /// The record of a key; nil when there is none.
  func record(_ key: RecordKey) throws -> Int64?

  /// The key of a record; nil when there is no such record.
  func recordKey(_ record: Int64) throws -> RecordKey?

  /// Whether a record's institution said just this of its patient before: with a report, or in an event that holds.
  func saying(record: Int64, digest: [UInt8]) throws -> Saying

  /// The records of which something is said by an event alone.
  func statedRecords(event: String) throws -> [Int64]

  /// What is said of a record with reports and was not taken from it, with the first message that said it.
  func toldIdentities(record: Int64) throws -> [ToldIdentity]

  /// What is said of a record by events alone.
  func statedIdentities(record: Int64) throws -> [(id: Int64, digest: [UInt8], patient: Patient)]

  /// What was said of a record's patient with reports, by the times of the messages that said it, oldest first.
  func reportedIdentities(record: Int64) throws -> [Patient]

  /// What was ever said of a record's patient.
  func everyIdentity(record: Int64) throws -> [Patient]

  /// In how many ways a record's patient was told.
  func identityCount(record: Int64) throws -> Int

  /// What was said of a record's patient by `knownAt`, by the times of the messages that said it, oldest first.
  func identities(record: Int64, knownAt: Instant?) throws -> [Patient]

  /// The records that carry a number.
  func records(_ identifier: Identifier, institution: String?, knownAt: Instant?) throws -> [Int64]

  /// Whether a record can be found by a number.
  func isIndexed(_ identifier: Identifier, institution: String?, record: Int64) throws -> Bool

  /// How many numbers are indexed, each once for a record that carries it.
  func identifierCount() throws -> Int
}

/// What a writer does to source records and what was said of them.
public protocol SourceRecordsWriting {
  /// - Returns: the new record's id, which begins with its shard.
  func insertRecord(_ key: RecordKey, recordedAt: Instant) throws -> Int64

  /// Keeps what a message said of a patient and nobody said of the record before.
  ///
  /// - Parameter event: of the chain, when it is said by that alone and is unsaid with it; nil: for good.
  func insertIdentity(
    record: Int64, message: Int64, toldAt: Instant, recordedAt: Instant, digest: [UInt8], body: [UInt8],
    event: String?) throws

  /// Has what was said of a record with a report be said of it no more, by an event.
  func takeIdentity(_ identity: Int64, event: String, recordedAt: Instant) throws

  /// Has be said of a record again what an event took from it.
  func returnIdentities(takenBy event: String) throws

  /// Takes back what was said of a record by an event alone.
  func endIdentity(_ identity: Int64, recordedAt: Instant) throws

  /// Indexes a number of a record. `institution` is nil for numbers that mean the same everywhere.
  func insertIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant)
    throws

  /// Ends a number of a record that nothing says of it any more.
  func endIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant) throws
}

extension SourceRecordsReading {
  public func identities(record: Int64) throws -> [Patient] {
    try identities(record: record, knownAt: nil)
  }

  public func records(_ identifier: Identifier, institution: String?) throws -> [Int64] {
    try records(identifier, institution: institution, knownAt: nil)
  }
}

extension SourceRecordsWriting {
  public func insertIdentity(
    record: Int64, message: Int64, toldAt: Instant, recordedAt: Instant, digest: [UInt8], body: [UInt8]
  ) throws {
    try insertIdentity(
      record: record, message: message, toldAt: toldAt, recordedAt: recordedAt, digest: digest, body: body, event: nil)
  }
}
