import ArgumentParser
import Catalogue
import Foundation
import PersonIndex

/// A table whose truth is known, linked.
struct PersonsTableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Links a CSV table and prints how right that was, as JSON.")

  @Argument(help: "A CSV file whose first line names the columns.")
  var table: String
  @Option(parsing: .upToNextOption, help: "FIELD=COLUMN …")
  var columns: [String]
  @Option(help: "The column that says whose a record is.")
  var truth: String
  @Option(help: "Which piece of it, divided at hyphens, counted from 0; default: all of it.")
  var piece: Int?
  @Option(help: "How many people the records could be of; default: the number of records.")
  var prior: Int?

  func run() throws {
    let rows = try CSVReader.records([UInt8](Data(contentsOf: URL(filePath: table)))).map {
      $0.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let mapping = columns.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    guard let header = rows.first, let place = header.firstIndex(of: truth), mapping.allSatisfy({ $0.count == 2 })
    else {
      throw ValidationError("no column \(truth), or a column that is not FIELD=COLUMN")
    }
    let persons = rows.dropFirst().map { cells in
      piece.map { String(cells[place].split(separator: "-")[$0]) } ?? cells[place]
    }
    let start = ContinuousClock.now
    let reading = try TableColumns(Dictionary(uniqueKeysWithValues: mapping.map { ($0[0], $0[1]) }), header: header)
    let records = rows.dropFirst().enumerated().map { reading.record($1, row: $0 + 1) }
    let linkage = TableLinkage(records, population: Double(prior ?? records.count))
    try PersonsCommand.print(
      PersonFigures(linkage.clusters, truth: persons, seconds: (ContinuousClock.now - start).seconds))
  }
}
