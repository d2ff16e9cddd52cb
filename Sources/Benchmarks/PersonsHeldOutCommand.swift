import ArgumentParser
import PersonIndex

/// Chinese records that nothing was fitted to, linked.
struct PersonsHeldOutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "held-out", abstract: "Makes records of people with slips, links them and prints how right that was.")

  @Option(help: "How many people.")
  var persons = 40_000
  @Option(help: "How often hospitals err, as a multiple of the ordinary.")
  var slips = 1.0
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 101
  @Option(help: "How many people the records could be of.")
  var prior = 28_000_000

  func run() throws {
    let (records, truth) = HeldOutPersons(slips: slips, seed: seed).make(persons: persons)
    let start = ContinuousClock.now
    let linkage = TableLinkage(records, population: Double(prior))
    try PersonsCommand.print(
      PersonFigures(linkage.clusters, truth: truth, seconds: (ContinuousClock.now - start).seconds))
  }
}
