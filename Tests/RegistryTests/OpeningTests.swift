import Foundation
import Testing

@testable import Registry
@testable import RegistryStore
@testable import SQLiteStore

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
      _ = try SQLiteStore(path: path.path, mayCreate: mayCreate)
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
      let store = try SQLiteStore(path: file.path)
      try store.write {
        try $0.sqlite.run("INSERT INTO grdb_migrations (identifier) VALUES ('99 of a later year')", [])
      }
      try store.checkpoint()
    }
    #expect(Self.words(file)?.contains("a newer version of huren") == true)
    do {
      let store = try SQLiteStore(path: folder.appending(path: "other").path)
      try store.write { transaction in
        try transaction.sqlite.run("CREATE TABLE notes (text TEXT)", [])
        try transaction.sqlite.run("DROP TABLE grdb_migrations", [])
      }
      try store.checkpoint()
    }
    let other = folder.appending(path: "other")
    let bytes = try Data(contentsOf: other)
    #expect(Self.words(other, mayCreate: true)?.contains("the database of something else") == true)
    #expect(try Data(contentsOf: other) == bytes)
  }
}

/// A copy is a registry when it has its name, and nothing before.
@Suite("backup")
struct BackupTests {
  @Test("a copy is whole, its owner's alone, and never takes the place of a file")
  func whole() async throws {
    let bench = try Bench()
    try await bench.receive([.init(localID: "A1", name: "欧阳明霞", report: "R1")])
    let copy = bench.directory.appending(path: "copy.sqlite").path
    try bench.registry.backup(to: copy)
    #expect(try Registry(path: copy).check().contentDigest == bench.registry.check().contentDigest)
    for path in [copy, bench.path] {
      let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(rights == 0o600)
    }
    #expect(throws: StoreError.self) { try bench.registry.backup(to: copy) }
    let left = try FileManager.default.contentsOfDirectory(atPath: bench.directory.path)
    #expect(!left.contains { $0.contains("part") })
  }

  @Test("a copy that cannot be written to its end leaves nothing behind")
  func interrupted() throws {
    let bench = try Bench()
    let folder = bench.directory.appending(path: "none/copy.sqlite").path
    #expect(throws: StoreError.self) { try bench.registry.backup(to: folder) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.directory.path).allSatisfy { !$0.contains("copy") })
  }

  @Test("reference data that is not what was loaded decides nothing, and check says so")
  func changedReference() async throws {
    let bench = try Bench()
    let other = try bench.copyOfReference()
    try Data("institution,localCode,localName,specimen,unit,item\n".utf8).write(
      to: other.appending(path: "codemaps.csv"))
    _ = try bench.registry.loadReference(directory: other.path)
    try bench.registry.store.write { transaction in
      try transaction.sqlite.run(
        "UPDATE reference_generation SET body = (SELECT body FROM reference_generation WHERE id = 1) WHERE id = 2", [])
    }
    let registry = try Registry(path: bench.path)
    #expect(throws: StoreError.damaged("generation 2 of the reference data is not what was loaded")) {
      try registry.reference()
    }
    #expect(try registry.check().problems.contains { $0.contains("generation 2") })
  }
}
