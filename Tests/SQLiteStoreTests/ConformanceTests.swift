import Clinical
import Foundation
import RegistryStore
import SQLiteStore
import StoreConformance
import Testing

@Suite("SQLite keeps what every engine is held to")
struct ConformanceTests {
  /// A registry in a folder of its own.
  private final class File: StoreConformance.Subject {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "huren-store-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open(clock: @escaping @Sendable () -> Instant) throws -> any Store {
      try SQLiteStore(path: folder.appending(path: "registry.sqlite").path, clock: clock)
    }
  }

  @Test("laws", arguments: StoreConformance.laws)
  func law(_ law: StoreConformance) async throws {
    try await law.check(File())
  }

  @Test("there are laws of every part")
  func areThere() { #expect(StoreConformance.laws.count >= 20) }
}
