import Clinical
import Foundation
import Registry
import Synchronization
import Testing

/// Any order of arrival and any repetition converge to one state.
@Suite("laws of receiving")
struct OrderOfArrivalTests {
  /// Files that conflict with nothing: of two conflicting messages the first to arrive is taken, which is no law of order.
  static func feeds() throws -> [String] {
    let feeds = Bench.samples.appending(path: "feeds")
    let files = try #require(FileManager.default.enumerator(at: feeds, includingPropertiesForKeys: nil))
    var paths: [String] = []
    for case let file as URL in files where !file.hasDirectoryPath && !file.path.contains("/mistakes/") {
      paths.append(file.path)
    }
    return paths.sorted()
  }

  @Test("permutations and duplicates give the same content")
  func permutations() async throws {
    let paths = try Self.feeds()
    var digests: Set<String> = []
    var generator = Numbers(seed: 7)
    for round in 0..<4 {
      let bench = try Bench()
      var order = paths.shuffled(using: &generator)
      if round > 0 { order += paths.shuffled(using: &generator).prefix(paths.count / 2) }
      for path in order { _ = try await bench.registry.receive([path]) }
      let check = try bench.registry.check()
      #expect(check.problems.isEmpty)
      #expect(check.results > 50)
      digests.insert(check.contentDigest)
    }
    #expect(digests.count == 1)
  }

  @Test("the same bytes again change nothing")
  func again() async throws {
    let bench = try Bench()
    let feeds = Bench.samples.appending(path: "feeds").path
    let first = try await bench.registry.receive([feeds])
    let before = try bench.registry.check()
    let second = try await bench.registry.receive([feeds])
    #expect(first.summary.accepted > 50)
    #expect(second.summary.accepted == 0)
    #expect(second.summary.quarantined == first.summary.quarantined)
    #expect(try bench.registry.check().contentDigest == before.contentDigest)
    #expect(try bench.registry.quarantined().count == first.summary.quarantined)
  }

  @Test("a code that is mapped later counts for what is already stored; --known-at goes back before it")
  func mappingLater() async throws {
    let clock = TestClock()
    let bench = try Bench(clock: { clock.now })
    _ = try await bench.registry.receive([Bench.samples.appending(path: "feeds").path])
    let all = try bench.registry.auditCatalogue()
    clock.advance(seconds: 60)
    let between = clock.now
    clock.advance(seconds: 60)
    // Without code maps nothing is mapped; the results are all still there.
    let folder = try bench.copyOfReference()
    let header = "institution,localCode,localName,specimen,unit,item\n"
    try Data(header.utf8).write(to: folder.appending(path: "codemaps.csv"))
    _ = try bench.registry.loadReference(directory: folder.path)
    let none = try bench.registry.auditCatalogue()
    #expect(none.results == all.results)
    #expect(
      all.results == (try bench.registry.check().results), "examinations told by their order code alone count too")
    #expect(none.mapped == 0)
    #expect(all.mapped > 50)
    #expect(!none.unmapped.isEmpty)
    #expect(try bench.registry.reference(knownAt: between).generation != bench.registry.reference().generation)
  }
}

/// A clock that a test sets on.
final class TestClock: Sendable {
  private let storage = Mutex<Int64>(1_780_000_000_000)
  var now: Instant { storage.withLock { Instant(milliseconds: $0) } }
  func advance(seconds: Int64) { storage.withLock { $0 += seconds * 1000 } }
}

/// Pseudo-random numbers that a test can have again (xorshift64*).
struct Numbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }
}
