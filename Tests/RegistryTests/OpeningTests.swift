import Foundation
import Registry
import RegistryStore
import Testing

@testable import RegistryStore

/// What is opened is a registry that this version can keep, or it is said what it is instead, and nothing of it is touched.
@Suite("opening")
struct OpeningTests {
  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "huren-open-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func words(_ path: URL, mayCreate: Bool = false) -> String? {
    do {
      _ = try RegistryStore(path: path.path, mayCreate: mayCreate)
      return nil
    } catch {
      return error.description
    }
  }

  @Test(
    "a file that is no registry is told in plain words and stays as it is",
    arguments: [
      ("", "is empty"), ("a text of somebody's", "nor any SQLite database"),
      ("SQLite format 3\u{0}damaged", "cannot be"),
    ])
  func foreign(content: String, words: String) throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "file")
    try Data(content.utf8).write(to: file)
    let told = try #require(Self.words(file))
    #expect(told.contains(words))
    #expect(!told.contains("SQLITE"))
    #expect(try Data(contentsOf: file) == Data(content.utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    #expect(Self.words(folder)?.contains("is a folder") == true)
    #expect(Self.words(folder.appending(path: "none"))?.contains("there is no registry") == true)
  }

  @Test("an empty file may become a registry where one may be made")
  func empty() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "file")
    try Data().write(to: file)
    #expect(Self.words(file, mayCreate: true) == nil)
    #expect(Self.words(file) == nil)
  }

  @Test("another program's database stays as it is; one of a newer version is left to it")
  func others() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "file")
    do {
      let store = try RegistryStore(path: file.path)
      try store.write { try $0.run("INSERT INTO grdb_migrations (identifier) VALUES ('99 of a later year')", []) }
      try store.checkpoint()
    }
    #expect(Self.words(file)?.contains("a newer version of huren") == true)
    do {
      let store = try RegistryStore(path: folder.appending(path: "other").path)
      try store.write { transaction in
        try transaction.run("CREATE TABLE notes (text TEXT)", [])
        try transaction.run("DROP TABLE grdb_migrations", [])
      }
      try store.checkpoint()
    }
    let other = folder.appending(path: "other")
    let bytes = try Data(contentsOf: other)
    #expect(Self.words(other, mayCreate: true)?.contains("the database of something else") == true)
    #expect(try Data(contentsOf: other) == bytes)
  }
}
