import ArgumentParser
import Foundation

/// What `Scripts/benchmark-persons` and `Scripts/benchmark-population` measure with.
struct PersonsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "persons", abstract: "The person index: how right and how fast. Every person in it is invented.",
    subcommands: [
      PersonsTableCommand.self, PersonsSuitesCommand.self, PersonsMatchCommand.self, PersonsHeldOutCommand.self,
      PersonsLatinCommand.self, PersonsPopulationCommand.self, PersonsFeedCommand.self, PersonsActsCommand.self,
      PersonsCrowdsCommand.self, PersonsOrderCommand.self,
    ])

  static func print(_ answer: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    Swift.print(String(decoding: try encoder.encode(answer), as: UTF8.self))
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
