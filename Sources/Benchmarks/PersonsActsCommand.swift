import ArgumentParser
import Foundation
import Registry

/// How long the acts of humans take on a person of whom much is known.
struct PersonsActsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "acts",
    abstract: "Imports two persons, one with ten thousand results, and times merging, splitting and undoing as JSON.",
    discussion:
      "In one process, the person index warm, the commit to disk included. The registry's reference data is a city's.")

  @Argument(help: "The registry.")
  var db: String
  @Option(help: "Reports of the person; each has ten results.")
  var reports = 1000
  @Option(help: "How often each act is timed.")
  var times = 20
  @Option(help: "Another number is about other people.")
  var number = 1

  private struct Times: Encodable {
    /// In milliseconds.
    var mean: Double
    var max: Double

    init(_ seconds: [Double]) {
      mean = seconds.reduce(0, +) * 1000 / Double(Swift.max(1, seconds.count))
      max = (seconds.max() ?? 0) * 1000
    }
  }

  private struct Answer: Encodable {
    var results: Int
    var records: Int
    var merge: Times
    var undo: Times
    var split: Times
  }

  func run() async throws {
    let registry = try Registry(path: db)
    let people = ActPeople(number: number, reports: reports)
    try await people.receive(in: registry)
    let much = try people.code(of: people.much, in: registry)
    let little = try people.code(of: people.little, in: registry)
    let records = try registry.person(much).records
    let results = try registry.timeline(ofPerson: much).reports.reduce(0) { $0 + $1.results.count }
    guard let moved = records.last?.name else { throw RegistryError.unknownPerson }
    let reason = try PersonActReason(actor: "benchmark", words: "to be timed and undone")
    var (merges, undos, splits): ([Double], [Double], [Double]) = ([], [], [])
    func timed(_ times: inout [Double], _ act: () throws -> PersonActOutcome) throws -> PersonActOutcome {
      let start = ContinuousClock.now
      let outcome = try act()
      times.append((ContinuousClock.now - start).seconds)
      guard outcome.moved > 0 else { throw Failure("an act moved no record: its time says nothing") }
      return outcome
    }
    // The first round finds nothing in memory: it is not counted.
    for round in 0...times {
      if round == 1 { (merges, undos, splits) = ([], [], []) }
      let merge = try timed(&merges) { try registry.merge([much, little], reason) }
      _ = try timed(&undos) { try registry.undo(merge.event, reason) }
      let split = try timed(&splits) { try registry.split(much, [moved], reason) }
      _ = try timed(&undos) { try registry.undo(split.event, reason) }
    }
    try PersonsCommand.print(
      Answer(
        results: results, records: records.count, merge: Times(merges), undo: Times(undos), split: Times(splits)))
  }
}
