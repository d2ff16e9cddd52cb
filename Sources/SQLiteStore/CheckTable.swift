import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func structuralProblems() throws -> [String] {
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

  func eachMessageBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws {
    let rows = try rows("SELECT id, digest, body FROM message ORDER BY id", [])
    while let row = try rows.next() { try body(row[0], row[1], row[2]) }
  }

  func eachIdentityBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws {
    let rows = try rows("SELECT message, digest, body FROM record_identity ORDER BY id", [])
    while let row = try rows.next() { try body(row[0], row[1], row[2]) }
  }

  func recordIDs() throws -> [Int64] {
    let rows = try rows("SELECT id FROM source_record ORDER BY id", [])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func eachRecord(_ body: (Int64, RecordKey) throws -> Void) throws {
    let rows = try rows("SELECT id, institution, key_kind, key_value FROM source_record ORDER BY id", [])
    while let row = try rows.next() {
      try body(row[0], RecordKey(institution: row[1], kind: row[2], value: row[3]))
    }
  }
}
