import Clinical
import Foundation
import Testing

@Suite("strings of JSON")
struct JSONStringTests {
  @Test("whatever a string holds, it is read back as itself")
  func readBack() throws {
    let scalars = (0..<0x3000 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    let text = String(String.UnicodeScalarView(scalars)) + "互认 \u{1F9EA} \u{FFFE}"
    let written = JSONString.quoted(text)
    #expect(!written.unicodeScalars.contains { $0.value < 0x20 })
    #expect(
      try JSONDecoder().decode(String.self, from: Data(written.utf8)).unicodeScalars.elementsEqual(text.unicodeScalars))
  }

  @Test("only what must be is written otherwise than it is")
  func plain() {
    #expect(JSONString.quoted("a/b é 钾") == "\"a/b é 钾\"")
    #expect(JSONString.quoted("\"\\\n\u{1}") == #""\"\\\n\u0001""#)
    #expect(JSONString.escaped(0x2028) == "\\u2028")
  }
}
