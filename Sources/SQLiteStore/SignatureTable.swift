import Clinical
import RegistryStore

extension SQLiteTransaction {
  func insertSignature(record: Int64, body: [UInt8]) throws -> Int64 {
    try run("INSERT INTO match_signature (record, body) VALUES (?, ?)", [record, body])
    return lastID
  }

  func eachSignature(
    after place: Int64, _ body: (_ place: Int64, _ record: Int64, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let rows = try rows("SELECT id, record, body FROM match_signature WHERE id > ? ORDER BY id", [place])
    while let row = try rows.next() {
      try row.withBytes(2) { try body(row[0], row[1], $0) }
    }
  }

  func lastSignaturePlace() throws -> Int64 {
    try one(Int64.self, "SELECT id FROM match_signature ORDER BY id DESC LIMIT 1", []) ?? 0
  }

  func signature(at place: Int64) throws -> (record: Int64, body: [UInt8])? {
    try first("SELECT record, body FROM match_signature WHERE id = ?", [place]) { (record: $0[0], body: $0[1]) }
  }

  func personModel(knownAt: Instant?) throws -> (version: String, body: [UInt8])? {
    try first(
      "SELECT version, body FROM person_model WHERE recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [knownAt?.milliseconds ?? .max]
    ) { (version: $0[0], body: try $0.withBytes(1) { (bytes) throws(StoreError) in try Compressor.expand(bytes) }) }
  }

  func personModel(version: String) throws -> [UInt8]? {
    try first("SELECT body FROM person_model WHERE version = ? ORDER BY id DESC LIMIT 1", [version]) {
      try $0.withBytes(0) { (bytes) throws(StoreError) in try Compressor.expand(bytes) }
    }
  }

  func personModels() throws -> [(version: String, recordedAt: Instant)] {
    let rows = try rows("SELECT version, recorded_at FROM person_model ORDER BY id", [])
    var result: [(version: String, recordedAt: Instant)] = []
    while let row = try rows.next() { result.append((row[0], Instant(milliseconds: row[1]))) }
    return result
  }

  func insertPersonModel(version: String, body: [UInt8], recordedAt: Instant) throws {
    try run(
      "INSERT INTO person_model (version, recorded_at, body) VALUES (?, ?, ?)",
      [version, recordedAt.milliseconds, Compressor().compress(body)])
  }
}
