import Foundation
import RegistryStore
import Testing

@testable import SQLiteStore

/// What survives a loss of power cannot be tried here; what SQLite is told can.
@Suite("durability")
struct DurabilityTests {
  @Test("every commit is on disk before it is reported; rows refer to rows that are there")
  func isFull() async throws {
    let bench = try Bench(reference: nil)
    for path in [bench.path, bench.directory.appending(path: "new.sqlite").path] {
      let store = try SQLiteStore(path: path)
      let full: Int64 = 2
      #expect(try store.write { try $0.sqlite.one(Int64.self, "PRAGMA synchronous", []) } == full)
      #expect(try await store.writeInBackground { try $0.sqlite.one(Int64.self, "PRAGMA synchronous", []) } == full)
      #expect(try store.write { try $0.sqlite.one(String.self, "PRAGMA journal_mode", []) } == "wal")
      #expect(try store.write { try $0.sqlite.one(Int64.self, "PRAGMA foreign_keys", []) } == 1)
    }
  }
}
