import Clinical
import RegistryStore

extension SQLiteTransaction {
  func insertSignature(record: Int64, body: [UInt8]) throws {
    try run("INSERT INTO match_signature (record, body) VALUES (?, ?)", [record, body])
  }

  func eachSignature(after commit: Int64, _ body: (_ record: Int64, UnsafeRawBufferPointer) throws -> Void) throws {
    let last = try indexRows(after: commit).signature
    let rows = try rows("SELECT record, body FROM match_signature WHERE id > ? ORDER BY id", [last])
    while let row = try rows.next() {
      try row.withBytes(1) { try body(row[0], $0) }
    }
  }

  func signatureCount() throws -> Int { Int(try one(Int64.self, "SELECT count(*) FROM match_signature", []) ?? 0) }

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
