import ArgumentParser

/// What `Scripts/benchmark` measures with: feeds, reference data and orders of any size, the same for the same options.
@main
struct Benchmarks: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks",
    abstract: "Generates a synthetic city to measure the registry with. Every person in it is invented.",
    subcommands: [
      GenerateCommand.self, ReferenceCommand.self, OrdersCommand.self, DecideCommand.self, SoakCommand.self,
      PersonsCommand.self,
    ])
}
