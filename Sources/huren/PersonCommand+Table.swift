import ArgumentParser
import Catalogue
import Clinical
import Foundation
import PersonIndex
import Registry

/// The engine of the person index over a plain table, beside any registry.
struct PersonTableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table",
    abstract: "Which records of a table are one person's: pairs with their evidence, no registry touched.",
    discussion: """
      Columns are named as FIELD=COLUMN pairs or by a file with one FIELD: COLUMN per line. Fields: \
      \(TableColumns.fields.joined(separator: ", ")).
      """)

  @Argument(help: "A CSV file whose first line names the columns.")
  var table: String
  @Option(parsing: .upToNextOption, help: "FIELD=COLUMN …, or a file with one FIELD: COLUMN per line.")
  var columns: [String]
  @Option(help: "Where to write the pairs.")
  var out: String
  @Option(help: "Where to write the person each record belongs to.")
  var people: String?
  @Option(help: "How many people the records could be of; default: the number of records.")
  var prior: Int?

  private struct Summary: Encodable {
    var records: Int
    var people: Int
    var linkedPairs: Int
    var certainPairs: Int
    var reviews: Int
    var prior: Int
    var model: String
  }

  func validate() throws {
    if let prior, prior < 1 { throw ValidationError("--prior is a number of people: give 1 or more") }
  }

  func run() throws {
    let rows = try CSVReader.records(Array(bytes(of: table)))
    guard let header = rows.first?.fields else {
      throw ValidationError("the table is empty: its first line names the columns")
    }
    let columns = try TableColumns(mapping(), header: header)
    let records = rows.dropFirst().enumerated().map { columns.record($1.fields, row: $0 + 1) }
    let population = prior ?? max(1, records.count)
    let linkage = TableLinkage(records, population: Double(population))
    try write(pairs(linkage, records), to: out)
    if let people { try write(codes(linkage, records), to: people) }
    try Output.answer(
      json:
        Summary(
          records: records.count, people: Set(records.indices.map(linkage.clusters.group)).count,
          linkedPairs: linkage.links.count, certainPairs: linkage.links.count { $0.decision.grade == .certain },
          reviews: linkage.reviews.count, prior: population, model: linkage.model.version))
  }

  private func bytes(of path: String) throws -> Data {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ValidationError("\(path) cannot be read: check that the file is there")
    }
    return data
  }

  private func mapping() throws -> [String: String] {
    var lines = columns.flatMap { $0.split(separator: ",").map(String.init) }
    var separator: Character = "="
    if columns.count == 1, !columns[0].contains("=") {
      lines = String(decoding: try bytes(of: columns[0]), as: UTF8.self).split(whereSeparator: \.isNewline)
        .map(String.init).filter { !$0.hasPrefix("#") && $0.nonBlank != nil }
      separator = ":"
    }
    var mapping: [String: String] = [:]
    for line in lines {
      let parts = line.split(separator: separator, maxSplits: 1).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'"))
      }
      guard parts.count == 2 else { throw ValidationError("write each column as FIELD\(separator)COLUMN, not \(line)") }
      mapping[parts[0]] = parts[1]
    }
    return mapping
  }

  /// One line per linked pair and per task for a human: outcome, grade, bits with the prior, guards, and the bits of each field.
  private func pairs(_ linkage: TableLinkage, _ records: [PersonRecord]) -> [[String]] {
    var lines = [["record_a", "record_b", "outcome", "grade", "bits", "guards", "evidence"]]
    for pair in linkage.links + linkage.reviews {
      let evidence = pair.decision.evidence
      let bits = LinkField.allCases.filter { evidence.comparison[$0] != .missing }.map {
        "\($0) \(evidence.comparison[$0]) \(rounded(evidence[$0]))"
      }
      lines.append([
        records[pair.a].key, records[pair.b].key, pair.decision.outcome.rawValue, pair.decision.grade.rawValue,
        rounded(pair.decision.odds), pair.decision.guards.map(\.rawValue).joined(separator: " "),
        bits.joined(separator: "; "),
      ])
    }
    return lines
  }

  /// The person of each record, named by the first of the person's records in the order of their names.
  private func codes(_ linkage: TableLinkage, _ records: [PersonRecord]) -> [[String]] {
    [["record", "person"]]
      + records.indices.map { place in
        let members = linkage.clusters.members(of: linkage.clusters.group(of: place))
        return [records[place].key, members.map { records[$0].key }.min() ?? records[place].key]
      }
  }

  private func rounded(_ bits: Double) -> String { String((bits * 10).rounded() / 10) }

  private func write(_ lines: [[String]], to path: String) throws {
    try Data(CSVWriter.file(lines).utf8).write(to: URL(filePath: path), options: .atomic)
  }
}
