import Foundation
import PersonIndex
import Testing

private let corpora = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  .appending(path: "../shared/corpora/linkage")
private let arePresent = FileManager.default.fileExists(atPath: corpora.appending(path: "febrl1.csv").path)

@Suite("tables")
struct LinkageCorpusTests {
  private static let mapping = [
    "record": "rec_id", "given-name": "given_name", "surname": "surname", "street-number": "street_number",
    "street": "address_1", "locality": "address_2", "suburb": "suburb", "postcode": "postcode", "state": "state",
    "birth-date": "date_of_birth", "national-number": "soc_sec_id",
  ]

  @Test(
    "every duplicate of FEBRL 1 is found and no two people are mixed",
    .enabled(if: arePresent, "the linkage corpora are not here: skipped"))
  func febrl1() throws {
    let text = try String(contentsOf: corpora.appending(path: "febrl1.csv"), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let columns = try TableColumns(Self.mapping, header: rows[0])
    let records = rows.dropFirst().enumerated().map { columns.record($1, row: $0) }
    let linkage = TableLinkage(records, population: Double(records.count))
    let persons = records.map { String($0.key.split(separator: "-")[1]) }
    let groups = Dictionary(grouping: records.indices, by: { linkage.clusters.group(of: $0) })
    #expect(groups.values.allSatisfy { Set($0.map { persons[$0] }).count == 1 })
    #expect(groups.count == Set(persons).count)
  }

  @Test("a mapping that names no field or column is refused")
  func mappings() {
    #expect(throws: TableColumns.Problem.unknownField("nmae")) { try TableColumns(["nmae": "a"], header: ["a"]) }
    #expect(throws: TableColumns.Problem.unknownColumn("b")) { try TableColumns(["name": "b"], header: ["a"]) }
    #expect(throws: TableColumns.Problem.nothingToCompare) { try TableColumns(["record": "a"], header: ["a"]) }
  }
}
