import Testing

@testable import XMLReading

@Suite("a reader that is used again")
struct ReuseTests {
  @Test("what is refused is refused again, and what is read after it is read as by a new reader")
  func again() throws {
    let wrong = [
      "<a><b x></b></a>", "<a><b>", "<a></b>", "<a>&x;</a>", "<a x='1' x='2'/>", "<a><p:b/></a>", "<!DOCTYPE a><a/>",
      "<a/><b/>",
      "<a><b x>" + String(repeating: "<c/>", count: 5000) + "</b></a>",
    ]
    let bom = "<a cl\u{FEFF}ass='1'>\u{4E2D}</a>"
    #expect(try XMLTreeReader().read(bom).root.text == "\u{4E2D}", "a new reader reads as one that was used")
    let latin: [UInt8] = Array("<a>".utf8) + [0xD6, 0xD0] + Array("</a>".utf8)
    #expect(throws: XMLReadingError.self, "bytes that are not UTF-8, read first") {
      _ = try latin.withUnsafeBufferPointer { try XMLTreeReader().read($0) }
    }
    let right = "<a y='1'><b>text</b></a>"
    let reader = XMLTreeReader()
    for text in wrong {
      for _ in 0..<3 { #expect(throws: XMLReadingError.self) { _ = try reader.read(text) } }
      let tree = try reader.read(right)
      #expect(tree.root.first("b")?.text == "text")
      #expect(tree.root.attribute("y") == "1")
    }
  }
}
