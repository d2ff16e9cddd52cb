import ArgumentParser
import Clinical
import Foundation
import Registry
import RegistryStore
import SQLiteStore
import Testing

@testable import Benchmarks

/// What the benchmarks fill a registry with is what an import would have left there.
@Suite("a registry filled with a population")
struct PopulationTests {
  private static let population = Population(persons: 400, institutions: 8, seed: 1)

  private static func bench() throws -> Bench {
    let bench = try Bench(reference: nil)
    let folder = bench.directory.appending(path: "reference").path
    let command = try ReferenceCommand.parse([folder, "--institutions", "\(population.institutions)"])
    try command.run()
    _ = try bench.registry.loadReference(directory: folder)
    return bench
  }

  private static func filling(_ bench: Bench) throws -> PopulationFilling {
    PopulationFilling(store: try SQLiteStore(path: bench.path), population: population, batch: 100)
  }

  /// Every record: its numbers, what was said of its patient, and how sure its link is.
  private static func records(_ bench: Bench) throws -> Set<[String]> {
    var records: Set<[String]> = []
    try bench.registry.eachPerson { person in
      for record in person.records {
        let numbers = record.numbers.map { "\($0.type) \($0.value) \($0.institution ?? "")" }
        records.insert([record.institution, "\(record.link)"] + numbers + record.identities.map { "\($0)" })
      }
    }
    return records
  }

  @Test("it is sound, and holds what an import of everybody's first message makes")
  func isAsImported() async throws {
    let (filled, imported) = (try Self.bench(), try Self.bench())
    #expect(try await Self.filling(filled).fill() == 392)
    let check = try filled.registry.check()
    #expect(check.problems.isEmpty)
    #expect(check.persons == 392)

    let writer = PopulationFeed(population: Self.population, messages: 400, number: 1).writer
    let path = imported.directory.appending(path: "first.xml").path
    var feed = try FeedFile(path)
    for person in 0..<Self.population.persons where !Self.population.isHeldBack(person) {
      let home = Self.population.home(of: person)
      let message = CityMessage(
        index: person, report: person, person: person, institution: home, performer: home, firstItem: 0,
        ordered: City.start, collected: City.start, sent: City.start)
      try feed.add { writer.write(message, patient: Self.population.patient(person, at: home), to: &$0) }
    }
    _ = try feed.finish()
    #expect(try await imported.registry.receive([path]).summary.personsCreated == 392)
    #expect(try Self.records(filled) == Self.records(imported))
  }

  @Test("stopped after a transaction it goes on; whole, it stays as it is; another population is refused")
  func resumes() async throws {
    struct Stopped: Error {}
    let bench = try Self.bench()
    let filling = try Self.filling(bench)
    await #expect(throws: Stopped.self) { try await filling.fill { if $0 == 200 { throw Stopped() } } }
    let other = PopulationFilling(
      store: filling.store, population: Population(persons: 400, institutions: 8, seed: 2), batch: 100)
    await #expect(throws: Failure.self) { try await other.fill() }
    #expect(try await filling.fill() == 196)
    #expect(try await filling.fill() == 0)
    #expect(try bench.registry.check().problems.isEmpty)
  }

  @Test("a feed about it finds those who return, links those who visit and makes those who are new")
  func feed() async throws {
    let bench = try Self.bench()
    _ = try await Self.filling(bench).fill()
    let path = bench.directory.appending(path: "feed.xml").path
    let content = try PersonsFeedCommand.write(
      PopulationFeed(population: Self.population, messages: 200, number: 1), to: path)
    #expect(content.sameInstitution + content.otherInstitution + content.newPeople == 200)
    let summary = try await bench.registry.receive([path]).summary
    #expect(summary.accepted == 200)
    #expect(summary.results == content.results)
    let records = try Self.records(bench)
    #expect(records.count == 392 + content.newRecords)
    // Nothing new is said of those who return.
    var identities = 0
    try bench.registry.eachPerson { identities += $0.records.reduce(0) { $0 + $1.identities.count } }
    #expect(identities == records.count)
    #expect(content.linkedRecords > 0)
    #expect((content.newPersons...(content.newRecords - content.linkedRecords)).contains(summary.personsCreated))
    #expect(try bench.registry.check().problems.isEmpty)
  }
}
