import Catalogue
import Clinical
import Registry
import Testing

@Suite("tables that are written")
struct PresentingTests {
  @Test("what was written as CSV is read back as itself")
  func readBack() throws {
    let records = [["a", "b"], ["1,5", "say \"so\""], ["two\nlines", ""], ["钾", "-0.5"]]
    #expect(try CSVReader.records(Array(CSVWriter.file(records).utf8)).map(\.fields) == records)
    #expect(CSVWriter.file(records) == CSVWriter.text(records) + "\r\n")
  }

  @Test(
    "a spreadsheet runs nothing of it, and a number stays one",
    arguments: [
      ("=1+1", "'=1+1"), ("+1", "'+1"), ("@a", "'@a"), ("-a", "'-a"), ("－a", "'－a"), ("-1e1+1", "'-1e1+1"),
      ("-5", "-5"),
      ("-.5e-3", "-.5e-3"), ("5", "5"), ("\u{1B}[2J", "\\u{1b}[2J"),
    ])
  func formulas(text: String, field: String) { #expect(CSVWriter.field(text) == field) }

  @Test("the rows of an audit have its keys, those of nested objects joined by points")
  func rows() throws {
    struct Audit: Encodable {
      struct Row: Encodable {
        struct Sums: Encodable { var count: Int }
        var item: String
        var sums: Sums
      }
      var rows: [Row]
    }
    let text = try RowsCSV.text(Audit(rows: [.init(item: "K", sums: .init(count: 3))]))
    #expect(text == "item,sums.count\r\nK,3")
  }

  @Test("a line for people has no more cells than were put in")
  func line() {
    let row: PrintedText = .row("\("a\tb")", "\(2)")
    #expect(row.description == "a\\tb\t2")
  }
}
