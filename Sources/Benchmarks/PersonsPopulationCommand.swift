import ArgumentParser
import Foundation
import RegistryStore
import SQLiteStore

/// Makes the database that an import at the size of a province is measured on.
struct PersonsPopulationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "population",
    abstract: "Fills a registry, into which reference data was loaded, with one record of each person of a population.",
    discussion: "Killed, the same command goes on where it was; done, it changes nothing. Prints what it did as JSON.")

  @Argument(help: "The registry.")
  var db: String
  @OptionGroup var options: PopulationOptions

  private struct Answer: Encodable {
    /// Written by this run; fewer than the population when a run before wrote the others.
    var written: Int
    var seconds: Double
    var microsecondsPerPerson: Double
    /// Of the file.
    var bytes: Int
  }

  func run() async throws {
    let start = ContinuousClock.now
    let filling = PopulationFilling(
      store: try SQLiteStore(path: db, mayCreate: false), population: options.population)
    let written = try await filling.fill { done in
      guard done % 1_000_000 == 0 else { return }
      let line = "\(done) of \(options.persons) persons, \(Int((ContinuousClock.now - start).seconds)) s\n"
      FileHandle.standardError.write(Data(line.utf8))
    }
    let seconds = (ContinuousClock.now - start).seconds
    let bytes = try FileManager.default.attributesOfItem(atPath: db)[.size] as? Int ?? 0
    try PersonsCommand.print(
      Answer(
        written: written, seconds: seconds, microsecondsPerPerson: seconds * 1e6 / Double(max(1, written)), bytes: bytes
      ))
  }
}
