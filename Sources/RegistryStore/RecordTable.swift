public import Clinical
import Foundation
internal import GRDB

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
  var shard: Int64 {
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
}

/// Whether something was said of a record, and by what.
public enum Saying: Sendable {
  case unsaid
  /// By an event that can be undone, and by nothing else.
  case stated
  /// With a report: what is said so is never unsaid.
  case forGood
}

extension StoreTransaction {
  public func record(_ key: RecordKey) throws -> Int64? {
    try one(
      Int64.self, "SELECT id FROM source_record WHERE institution = ? AND key_kind = ? AND key_value = ?",
      [key.institution, key.kind, key.value])
  }

  /// - Returns: the new record's id, which begins with its shard.
  public func insertRecord(_ key: RecordKey, recordedAt: Instant) throws -> Int64 {
    let base = key.shard << 40
    // Nobody else writes while this transaction does: what it gave last is the last of the shard.
    let last =
      try lastRecords[key.shard]
      ?? one(
        Int64.self, "SELECT id FROM source_record WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1",
        [base, base + (1 << 40)])
    let id = (last ?? base) + 1
    lastRecords[key.shard] = id
    try run(
      "INSERT INTO source_record (id, institution, key_kind, key_value, recorded_at) VALUES (?, ?, ?, ?, ?)",
      [id, key.institution, key.kind, key.value, recordedAt.milliseconds])
    return id
  }

  public func recordKey(_ record: Int64) throws -> RecordKey? {
    try first("SELECT institution, key_kind, key_value FROM source_record WHERE id = ?", [record]) {
      RecordKey(institution: $0[0], kind: $0[1], value: $0[2])
    }
  }

  /// Keeps what a message said of a patient and nobody said of the record before.
  ///
  /// - Parameter event: of the chain, when it is said by that alone and is unsaid with it; nil: for good.
  public func insertIdentity(
    record: Int64, message: Int64, toldAt: Instant, recordedAt: Instant, digest: [UInt8], body: [UInt8],
    event: String? = nil
  ) throws {
    try run(
      """
      INSERT INTO record_identity (record, message, told_at, recorded_at, digest, body) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (record, digest) DO NOTHING
      """, [record, message, toldAt.milliseconds, recordedAt.milliseconds, digest, body])
    if db.changesCount > 0 {
      guard let event else { return }
      return try run("INSERT INTO stated_identity (identity, event) VALUES (?, ?)", [lastID, event])
    }
    // It was said before. What is said for good is never said by an event alone; what was unsaid is said again.
    let known = "(SELECT id FROM record_identity WHERE record = ? AND digest = ?)"
    try keepIdentityPast("SELECT identity FROM stated_identity WHERE identity = \(known)", [record, digest])
    try run(
      SQLText(
        "UPDATE record_identity SET told_at = ? WHERE id = (SELECT identity FROM stated_identity WHERE identity = \(known))"
      ),
      [toldAt.milliseconds, record, digest])
    if let event {
      try run(
        SQLText("UPDATE stated_identity SET event = ?, ended_at = NULL WHERE identity = \(known)"),
        [event, record, digest])
    } else {
      try run(SQLText("DELETE FROM stated_identity WHERE identity = \(known)"), [record, digest])
    }
  }

  /// Whether a record's institution said just this of its patient before: with a report, or in an event that holds.
  public func saying(record: Int64, digest: [UInt8]) throws -> Saying {
    try first(
      """
      SELECT stated_identity.identity IS NULL, stated_identity.ended_at IS NULL
      FROM record_identity LEFT JOIN stated_identity ON stated_identity.identity = record_identity.id
      WHERE record = ? AND digest = ?
      """, [record, digest]
    ) { row in row[0] ? .forGood : row[1] ? .stated : .unsaid } ?? .unsaid
  }

  /// The records of which something is said by an event alone.
  public func statedRecords(event: String) throws -> [Int64] {
    let rows = try rows(
      """
      SELECT DISTINCT record FROM stated_identity JOIN record_identity ON record_identity.id = identity
      WHERE event = ? AND ended_at IS NULL
      """, [event])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  /// What is said of a record with reports and was not taken from it, with the first message that said it.
  public func toldIdentities(record: Int64) throws -> [ToldIdentity] {
    let rows = try rows(
      """
      SELECT id, message, told_at, digest, body FROM record_identity WHERE record = ? AND NOT EXISTS
        (SELECT 1 FROM stated_identity WHERE identity = record_identity.id) ORDER BY told_at, digest
      """, [record])
    var result: [ToldIdentity] = []
    while let row = try rows.next() {
      result.append(
        ToldIdentity(
          id: row[0], message: row[1], toldAt: Instant(milliseconds: row[2]), digest: row[3], body: row[4]))
    }
    return result
  }

  /// Has what was said of a record with a report be said of it no more, by an event.
  public func takeIdentity(_ identity: Int64, event: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO stated_identity (identity, event, ended_at) VALUES (?, ?, ?)",
      [identity, event, recordedAt.milliseconds])
  }

  /// Has be said of a record again what an event took from it.
  public func returnIdentities(takenBy event: String) throws {
    try keepIdentityPast("SELECT identity FROM stated_identity WHERE event = ? AND ended_at IS NOT NULL", [event])
    try run("DELETE FROM stated_identity WHERE event = ? AND ended_at IS NOT NULL", [event])
  }

  /// What is said of a record by events alone.
  public func statedIdentities(record: Int64) throws -> [(id: Int64, digest: [UInt8], patient: Patient)] {
    let rows = try rows(
      """
      SELECT identity, digest, body FROM record_identity JOIN stated_identity ON identity = record_identity.id
      WHERE record = ? AND ended_at IS NULL ORDER BY told_at, digest
      """, [record])
    var result: [(id: Int64, digest: [UInt8], patient: Patient)] = []
    while let row = try rows.next() {
      let patient = try row.withBytes(2) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) }
      result.append((row[0], row[1], patient))
    }
    return result
  }

  /// What was said of a record's patient with reports, by the times of the messages that said it, oldest first.
  public func reportedIdentities(record: Int64) throws -> [Patient] {
    let rows = try rows(
      """
      SELECT body FROM record_identity WHERE record = ? AND NOT EXISTS
        (SELECT 1 FROM stated_identity WHERE identity = record_identity.id) ORDER BY told_at, digest
      """, [record])
    var result: [Patient] = []
    while let row = try rows.next() {
      result.append(try row.withBytes(0) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) })
    }
    return result
  }

  /// Takes back what was said of a record by an event alone.
  public func endIdentity(_ identity: Int64, recordedAt: Instant) throws {
    try run(
      "UPDATE stated_identity SET ended_at = ? WHERE identity = ? AND ended_at IS NULL",
      [recordedAt.milliseconds, identity])
  }

  /// What was ever said of a record's patient.
  public func everyIdentity(record: Int64) throws -> [Patient] {
    let rows = try rows("SELECT body FROM record_identity WHERE record = ? ORDER BY told_at, digest", [record])
    var result: [Patient] = []
    while let row = try rows.next() {
      result.append(try row.withBytes(0) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) })
    }
    return result
  }

  /// In how many ways a record's patient was told.
  public func identityCount(record: Int64) throws -> Int {
    Int(try one(Int64.self, "SELECT count(*) FROM record_identity WHERE record = ?", [record]) ?? 0)
  }

  /// What was said of a record's patient by `knownAt`, by the times of the messages that said it, oldest first.
  public func identities(record: Int64, knownAt: Instant? = nil) throws -> [Patient] {
    if let knownAt, try hasIdentityPast() { return try pastIdentities(record: record, knownAt: knownAt) }
    let moment = knownAt?.milliseconds ?? .max
    let rows = try rows(
      """
      SELECT body FROM record_identity WHERE record = ? AND recorded_at <= ? AND NOT EXISTS
        (SELECT 1 FROM stated_identity WHERE identity = record_identity.id AND ended_at <= ?) ORDER BY told_at, digest
      """, [record, moment, moment])
    var result: [Patient] = []
    while let row = try rows.next() {
      let body: [UInt8] = row[0]
      result.append(try body.withUnsafeBytes { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) })
    }
    return result
  }

  /// Indexes a number of a record. `institution` is nil for numbers that mean the same everywhere.
  public func insertIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant)
    throws
  {
    try run(
      "INSERT INTO identifier (kind, value, institution, record, recorded_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      [identifier.kind.rawValue, identifier.value, institution ?? "", record, recordedAt.milliseconds])
    // It was indexed before, and has perhaps ended since.
    if db.changesCount == 0 {
      let number: [any SQLBindable] = [identifier.kind.rawValue, identifier.value, institution ?? "", record]
      try keepIdentifierPast(number)
      try run(
        "DELETE FROM ended_identifier WHERE kind = ? AND value = ? AND institution = ? AND record = ?", number)
    }
  }

  /// Ends a number of a record that nothing says of it any more.
  public func endIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant) throws {
    try run(
      """
      INSERT INTO ended_identifier (kind, value, institution, record, ended_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """, [identifier.kind.rawValue, identifier.value, institution ?? "", record, recordedAt.milliseconds])
  }

  /// The records that carry a number.
  public func records(_ identifier: Identifier, institution: String?, knownAt: Instant? = nil) throws -> [Int64] {
    let moment = knownAt?.milliseconds ?? .max
    let rows = try rows(
      """
      SELECT record FROM identifier AS own WHERE kind = ? AND value = ? AND institution = ? AND recorded_at <= ?
        AND NOT EXISTS (SELECT 1 FROM ended_identifier AS ended WHERE ended.kind = own.kind AND ended.value = own.value
          AND ended.institution = own.institution AND ended.record = own.record AND ended.ended_at <= ?)
        AND NOT EXISTS (SELECT 1 FROM identifier_past AS past WHERE past.kind = own.kind AND past.value = own.value
          AND past.institution = own.institution AND past.record = own.record AND past.ended_at <= ? AND past.until > ?)
      ORDER BY record
      """, [identifier.kind.rawValue, identifier.value, institution ?? "", moment, moment, moment, moment])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  public func isIndexed(_ identifier: Identifier, institution: String?, record: Int64) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM identifier WHERE kind = ? AND value = ? AND institution = ? AND record = ?",
      [identifier.kind.rawValue, identifier.value, institution ?? "", record]) != nil
  }

  /// How many numbers are indexed, each once for a record that carries it.
  public func identifierCount() throws -> Int {
    Int(
      try one(
        Int64.self, "SELECT (SELECT count(*) FROM identifier) - (SELECT count(*) FROM ended_identifier)", []) ?? 0)
  }
}
