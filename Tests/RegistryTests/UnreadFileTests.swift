import Foundation
import Testing

@testable import Registry
@testable import RegistryStore

/// What an import counts as quarantined is in the list, files too.
@Suite("files that could not be read")
struct UnreadFileTests {
  private let message = PersonFeed.Visit(localID: "A1", name: "欧阳明霞", report: "R1").message

  @Test("they are in the list once, without a body, are not retried, and leave it when they are imported")
  func list() async throws {
    let bench = try Bench()
    let folder = bench.directory.appending(path: "night")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let (empty, zip) = (folder.appending(path: "empty.hl7"), folder.appending(path: "cut.zip"))
    try Data().write(to: empty)
    try Data([0x50, 0x4B, 3, 4, 20, 0, 0, 0]).write(to: zip)
    let gone = folder.appending(path: "gone.hl7").path
    for _ in 0..<2 {
      let outcome = try await bench.registry.receive([folder.path, gone])
      #expect(outcome.summary.quarantined == 3)
      let kept = try bench.registry.quarantined()
      #expect(kept.map(\.label).sorted() == [zip.path, empty.path, gone].sorted())
      #expect(kept.allSatisfy { $0.isFile && !$0.reason.isEmpty && $0.code == "unreadable" })
      for file in kept {
        #expect(Registry.advice(for: file).contains("import the file again"))
        #expect(try bench.registry.quarantined(file.id).bytes == [])
      }
    }
    let retried = try bench.registry.retryQuarantine()
    #expect(retried.summary.quarantined == 3 && retried.summary.messages == 0)
    #expect(retried.problems.allSatisfy { $0.reason.contains("import the file again") })
    #expect(try bench.registry.check().problems == [])
    // One is mended, one fails otherwise, one is not tried.
    try Data(message.utf8).write(to: empty)
    try FileManager.default.removeItem(at: zip)
    #expect(try await bench.registry.receive([empty.path, zip.path]).summary.accepted == 1)
    let left = try bench.registry.quarantined()
    #expect(left.map(\.label).sorted() == [zip.path, gone].sorted())
    #expect(left.first { $0.label == zip.path }?.reason.contains("cannot be found") == true)
    // What was mended may fail again.
    try Data().write(to: empty)
    _ = try await bench.registry.receive([empty.path])
    #expect(try bench.registry.quarantined().count == 3)
    try RawSQLite.run("UPDATE quarantine SET reason = 'other' WHERE frame = 'file'", in: bench.path)
    #expect(try Registry(path: bench.path).check().problems.contains { $0.contains("quarantined file") })
  }
}
