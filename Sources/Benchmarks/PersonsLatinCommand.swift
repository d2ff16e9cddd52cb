import ArgumentParser
import Foundation
import PersonIndex

/// A table in Latin letters that is hard: families, and many slips a record.
struct PersonsLatinCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latin", abstract: "Writes a CSV table of people with families and many slips a record.")

  @Argument(help: "The file to write.")
  var file: String
  @Option(help: "How many people.")
  var persons = 5000
  @Option(help: "Of a person at most so many records besides the first.")
  var copies = 5
  @Option(help: "Slips of every copy, at most two in one field.")
  var modifications = 5
  @Option(help: "Of a hundred people so many live with others of their surname.")
  var families = 30
  @Option(help: "The same seed makes the same people.")
  var seed: UInt64 = 5

  func validate() throws {
    if !(0...16).contains(modifications) { throw ValidationError("--modifications: 0 to 16") }
    if !(0...100).contains(families) { throw ValidationError("--families: 0 to 100") }
    if persons < 1 || copies < 0 { throw ValidationError("--persons: 1 or more; --copies: 0 or more") }
  }

  func run() throws {
    var people = LatinPersons(modifications: modifications, familyShare: families, seed: seed)
    let rows = [LatinPersons.header] + people.make(persons: persons, copies: copies)
    var output = try OutputFile(file)
    try output.write(Array(rows.map { $0.joined(separator: ",") + "\n" }.joined().utf8))
    try output.finish()
  }
}
