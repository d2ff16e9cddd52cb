import Clinical
import Foundation
import Recognition
import Testing

@testable import Registry
@testable import RegistryStore

/// A registry that the release before wrote: `Fixtures/release-14.sql` is what SQLite tells of it, made of samples and of a merge that was
/// undone; `release-14.answers` what that release answered of it, as known between the two and after them.
@Suite("a registry of the release before")
struct MigrationTests {
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  private struct Answered {
    var knownAt: Instant
    var order: [UInt8]
    var decision: String
  }

  private func bench() throws -> (Bench, path: String) {
    let bench = try Bench(reference: nil)
    let path = bench.directory.appending(path: "before.sqlite").path
    let sql = try String(contentsOf: Self.fixtures.appending(path: "release-14.sql"), encoding: .utf8)
    try RawSQLite.run(sql, in: path)
    return (bench, path)
  }

  private func answers() throws -> [Answered] {
    let text = try String(contentsOf: Self.fixtures.appending(path: "release-14.answers"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t", maxSplits: 2)
      return Answered(
        knownAt: try #require(RegistryZone.shanghai.instant(String(parts[0]))), order: Array(parts[1].utf8),
        decision: String(parts[2]))
    }
  }

  @Test("it is one commit, whole, and answers as it did; what comes later changes none of that")
  func migrates() async throws {
    let (bench, path) = try bench()
    let later = try #require(RegistryZone.shanghai.instant("2027-01-01T08:00:00+08:00"))
    let registry = try Registry(path: path, clock: { later })
    let answers = try answers()
    func isAsBefore() throws -> Bool {
      try answers.allSatisfy { answered in
        try registry.decide(line: answered.order, knownAt: answered.knownAt).json == answered.decision
      }
    }
    #expect(answers.count == 8)
    #expect(try isAsBefore())
    let first = try registry.store.read { $0.commit }
    #expect(first.number == 1 && first.at > answers[0].knownAt && first.at <= answers[7].knownAt)
    // What decided how its messages were read was not kept then: it is found by trying.
    let checked = try registry.check(derives: true)
    #expect(checked.problems == [] && checked.notes == [])
    // As the release itself told it.
    #expect(checked.contentDigest == "ff7eace0e413d4e52012c9c97635b6b5015e216ea0e8fc0fc08298510e1606e6")
    let feed = try bench.file(
      "later.hl7",
      PersonFeed.Visit(localID: "A1", name: "欧阳明霞", residentID: "999901196205141019", report: "R1").message)
    #expect(try await registry.receive([feed]).summary.accepted == 1)
    #expect(try registry.store.read { $0.commit } == Commit(number: 2, at: later))
    #expect(try registry.check().problems == [])
    #expect(try isAsBefore())
    #expect(try registry.verifyEvents().firstDifference == nil)
  }
}
