import Clinical
import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func record(_ key: RecordKey) throws -> Int64? {
    try one(
      Int64.self, "SELECT id FROM source_record WHERE institution = ? AND key_kind = ? AND key_value = ?",
      [key.institution, key.kind, key.value])
  }

  func insertRecord(_ key: RecordKey, recordedAt: Instant) throws -> Int64 {
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

  func recordKey(_ record: Int64) throws -> RecordKey? {
    try first("SELECT institution, key_kind, key_value FROM source_record WHERE id = ?", [record]) {
      RecordKey(institution: $0[0], kind: $0[1], value: $0[2])
    }
  }

  func insertIdentity(
    record: Int64, message: Int64, toldAt: Instant, recordedAt: Instant, digest: [UInt8], body: [UInt8],
    event: String?
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

  func saying(record: Int64, digest: [UInt8]) throws -> Saying {
    try first(
      """
      SELECT stated_identity.identity IS NULL, stated_identity.ended_at IS NULL
      FROM record_identity LEFT JOIN stated_identity ON stated_identity.identity = record_identity.id
      WHERE record = ? AND digest = ?
      """, [record, digest]
    ) { row in row[0] ? .forGood : row[1] ? .stated : .unsaid } ?? .unsaid
  }

  func statedRecords(event: String) throws -> [Int64] {
    let rows = try rows(
      """
      SELECT DISTINCT record FROM stated_identity JOIN record_identity ON record_identity.id = identity
      WHERE event = ? AND ended_at IS NULL
      """, [event])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func toldIdentities(record: Int64) throws -> [ToldIdentity] {
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

  func takeIdentity(_ identity: Int64, event: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO stated_identity (identity, event, ended_at) VALUES (?, ?, ?)",
      [identity, event, recordedAt.milliseconds])
  }

  func returnIdentities(takenBy event: String) throws {
    try keepIdentityPast("SELECT identity FROM stated_identity WHERE event = ? AND ended_at IS NOT NULL", [event])
    try run("DELETE FROM stated_identity WHERE event = ? AND ended_at IS NOT NULL", [event])
  }

  func statedIdentities(record: Int64) throws -> [(id: Int64, digest: [UInt8], patient: Patient)] {
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

  func reportedIdentities(record: Int64) throws -> [Patient] {
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

  func endIdentity(_ identity: Int64, recordedAt: Instant) throws {
    try run(
      "UPDATE stated_identity SET ended_at = ? WHERE identity = ? AND ended_at IS NULL",
      [recordedAt.milliseconds, identity])
  }

  func everyIdentity(record: Int64) throws -> [Patient] {
    let rows = try rows("SELECT body FROM record_identity WHERE record = ? ORDER BY told_at, digest", [record])
    var result: [Patient] = []
    while let row = try rows.next() {
      result.append(try row.withBytes(0) { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) })
    }
    return result
  }

  func identityCount(record: Int64) throws -> Int {
    Int(try one(Int64.self, "SELECT count(*) FROM record_identity WHERE record = ?", [record]) ?? 0)
  }

  func identities(record: Int64, knownAt: Instant?) throws -> [Patient] {
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

  func insertIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant)
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

  func endIdentifier(_ identifier: Identifier, institution: String?, record: Int64, recordedAt: Instant) throws {
    try run(
      """
      INSERT INTO ended_identifier (kind, value, institution, record, ended_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """, [identifier.kind.rawValue, identifier.value, institution ?? "", record, recordedAt.milliseconds])
  }

  func records(_ identifier: Identifier, institution: String?, knownAt: Instant?) throws -> [Int64] {
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

  func isIndexed(_ identifier: Identifier, institution: String?, record: Int64) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM identifier WHERE kind = ? AND value = ? AND institution = ? AND record = ?",
      [identifier.kind.rawValue, identifier.value, institution ?? "", record]) != nil
  }

  func identifierCount() throws -> Int {
    Int(
      try one(
        Int64.self, "SELECT (SELECT count(*) FROM identifier) - (SELECT count(*) FROM ended_identifier)", []) ?? 0)
  }
}
