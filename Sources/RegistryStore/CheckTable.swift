import Foundation
internal import GRDB

extension StoreTransaction {
  /// What SQLite itself finds wrong: pages, indexes, constraints, foreign keys.
  public func structuralProblems() throws -> [String] {
    var problems: [String] = []
    for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(20)") where line != "ok" {
      problems.append("SQLite: " + line)
    }
    let broken = try Row.fetchCursor(db, sql: "PRAGMA foreign_key_check")
    while let row = try broken.next() {
      let table: String = row[0]
      problems.append("a row of \(table) refers to one that is not there")
    }
    return problems
  }

  /// Every message's id, digest and compressed bytes, one at a time.
  public func eachMessageBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws {
    let rows = try rows("SELECT id, digest, body FROM message ORDER BY id", [])
    while let row = try rows.next() { try body(row[0], row[1], row[2]) }
  }

  /// All that was ever said of patients: the message that said it, its digest, and its bytes.
  public func eachIdentityBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws {
    let rows = try rows("SELECT message, digest, body FROM record_identity ORDER BY id", [])
    while let row = try rows.next() { try body(row[0], row[1], row[2]) }
  }

  /// Every source record, in the order of their ids.
  public func recordIDs() throws -> [Int64] {
    let rows = try rows("SELECT id FROM source_record ORDER BY id", [])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  /// Every source record and its key.
  public func eachRecord(_ body: (Int64, RecordKey) throws -> Void) throws {
    let rows = try rows("SELECT id, institution, key_kind, key_value FROM source_record ORDER BY id", [])
    while let row = try rows.next() {
      try body(row[0], RecordKey(institution: row[1], kind: row[2], value: row[3]))
    }
  }
}
