import ArgumentParser
import Catalogue
import Feeds
import Foundation
import RegistryStore
import Testing

@testable import Benchmarks
@testable import Registry

/// What is looked up before a transaction is what the transaction would have found.
@Suite("looking ahead")
struct LookingAheadTests {
  private static let population = Population(persons: 400, institutions: 8, seed: 1)

  @Test("law: an import that looks ahead makes the same of a feed as one that does not")
  func isTheSame() async throws {
    let benches = [try Bench(reference: nil), try Bench(reference: nil)]
    for bench in benches {
      let folder = bench.directory.appending(path: "reference").path
      try ReferenceCommand.parse([folder, "--institutions", "\(Self.population.institutions)"]).run()
      _ = try bench.registry.loadReference(directory: folder)
      for number in 1...2 {
        let path = bench.directory.appending(path: "\(number).xml").path
        _ = try PersonsFeedCommand.write(
          PopulationFeed(population: Self.population, messages: 300, number: number), to: path)
      }
      _ = try await bench.registry.receive([bench.directory.appending(path: "1.xml").path])
    }
    let second = benches.map { $0.directory.appending(path: "2.xml").path }
    let summary = try await benches[0].registry.receive([second[0]]).summary

    let registry = benches[1].registry
    let reference = try registry.reference()
    var feed = FeedReader(paths: [second[1]], limits: FeedLimits(), roots: reference.roots)
    var batch: [MessageFrame] = []
    while let frame = feed.next() { batch.append(frame) }
    let outcomes = try registry.lookAhead(
      MessageParser(reference: reference, clock: Registry.systemClock).parse(batch, among: []))
    var found = 0
    for case .ready(let message) in outcomes {
      found += message.reports.count { $0.record != nil }
    }
    // Those who come back to where they were in the first feed; the others are not there yet.
    #expect(found > 20)
    #expect(found < 200)
    var prepared = ParsedMessages()
    prepared.add(outcomes)
    let receiving = try registry.store.write { try ImportWriter(registry: registry).writing(prepared, in: $0).writer }
    #expect(receiving.summary.accepted == 300)
    #expect(receiving.summary.personsCreated == summary.personsCreated)
    let checks = try benches.map { try $0.registry.check() }
    #expect(checks[0].problems.isEmpty)
    #expect(checks[1].problems.isEmpty)
    #expect(checks[0].contentDigest == checks[1].contentDigest)
    #expect(checks[0].persons == checks[1].persons)
  }
}
