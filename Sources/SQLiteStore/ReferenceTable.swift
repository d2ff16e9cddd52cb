import Clinical
import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func insertReference(digest: String, files: [(name: String, bytes: [UInt8])], recordedAt: Instant) throws
    -> Int64
  {
    var writer = ByteWriter(capacity: 1 << 16)
    writer.list(files.sorted { $0.name < $1.name }) {
      $0.string($1.name)
      $0.blob($1.bytes)
    }
    try run(
      "INSERT INTO reference_generation (recorded_at, digest, body) VALUES (?, ?, ?)",
      [recordedAt.milliseconds, digest, Compressor().compress(writer.bytes)])
    return lastID
  }

  func referenceGeneration(knownAt: Instant?) throws -> Int64? {
    try one(
      Int64.self, "SELECT id FROM reference_generation WHERE recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [knownAt?.milliseconds ?? .max])
  }

  func referenceGenerations() throws -> [Int64] {
    let rows = try rows("SELECT id FROM reference_generation ORDER BY id", [])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func referenceDigest(_ generation: Int64) throws -> String? {
    try one(String.self, "SELECT digest FROM reference_generation WHERE id = ?", [generation])
  }

  func referenceFiles(_ generation: Int64) throws -> [(name: String, bytes: [UInt8])] {
    guard let body = try one([UInt8].self, "SELECT body FROM reference_generation WHERE id = ?", [generation]) else {
      throw StoreError.damaged("a generation of reference data is missing")
    }
    let packed = try body.withUnsafeBytes { (bytes) throws(StoreError) in try Compressor.expand(bytes) }
    return try packed.withUnsafeBytes { (bytes) throws(StoreError) in
      var reader = ByteReader(bytes)
      return try reader.list { (r) throws(StoreError) in (name: try r.string(), bytes: try r.blob()) }
    }
  }
}
