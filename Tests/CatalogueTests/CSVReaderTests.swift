import Testing

@testable import Catalogue

struct CSVReaderTests {
  private func read(_ text: String) throws -> [[String]] { try CSVReader.records(Array(text.utf8)).map(\.fields) }

  @Test func readsQuotesDoubledQuotesCommasAndLineEnds() throws {
    #expect(
      try read("a,b\r\n\"x,y\",\"say \"\"no\"\"\"\r\n\"two\nlines\",") == [
        ["a", "b"], ["x,y", "say \"no\""], ["two\nlines", ""],
      ])
  }

  @Test(arguments: ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2", "\u{FEFF}a,b\n\n1,2\n\n"])
  func lineEndsMarksAndBlankLinesDoNotMatter(_ text: String) throws {
    #expect(try read(text) == [["a", "b"], ["1", "2"]])
  }

  @Test func countsLinesThroughQuotedLineEnds() throws {
    let records = try CSVReader.records(Array("a\r\n\"1\r\n2\"\r\n\r\nb".utf8))
    #expect(records.map(\.line) == [1, 2, 5])
  }

  @Test(arguments: [("a\n\"x", 2), ("a\nb\"c", 2), ("\"a\"b", 1)])
  func tellsWhereQuotingIsBroken(_ text: String, _ line: Int) {
    #expect { try CSVReader.records(Array(text.utf8)) } throws: { ($0 as? CSVError)?.line == line }
  }

  @Test func refusesWhatIsNotUTF8() {
    #expect(throws: CSVError.self) { try CSVReader.records([0xB0, 0xA1, 0x2C]) }
  }
}
