import Clinical
import Testing

@Suite("what says nothing")
struct BlankTests {
  @Test("white space is what Unicode counts as such")
  func everyScalar() {
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      if scalar.isBlank != scalar.properties.isWhitespace { Issue.record("U+\(String(value, radix: 16))") }
    }
  }

  @Test(
    "a text loses the white space around it, and nothing within it",
    arguments: [
      ("a", "a"), (" a b\t", "a b"), ("\u{3000}钾\u{A0}", "钾"), ("\u{FEFF}a", "\u{FEFF}a"), ("\r\n", ""), ("", ""),
    ])
  func trimmed(text: String, rest: String) {
    #expect(text.trimmed == rest && text[...].trimmed == rest)
    #expect(text.nonBlank == (rest.isEmpty ? nil : rest))
  }

  @Test(
    "a dash is a word of whoever writes it on purpose, and a filler of a form",
    arguments: ["-", " — ", "/", "null", "无"])
  func fillers(text: String) {
    #expect(text.nonBlank != nil && text.filled == nil)
  }
}
