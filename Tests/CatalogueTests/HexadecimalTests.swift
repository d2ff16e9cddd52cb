import Clinical
import Testing

@Suite("hexadecimal")
struct HexadecimalTests {
  @Test("every byte is two lower-case digits, and is read back from digits of either case")
  func everyByte() {
    let bytes = [UInt8](0...255)
    let text = bytes.hex
    #expect(text.hasPrefix("000102") && text.hasSuffix("fdfeff") && text == text.lowercased())
    #expect(Hexadecimal.bytes(text.utf8) == bytes)
    #expect(Hexadecimal.bytes(text.uppercased().utf8) == bytes)
    #expect([UInt8]().hex.isEmpty)
  }

  @Test("half a byte, nothing, and what is no digit are no bytes", arguments: ["", "a", "abc", "0g", "0x", " 0", "０１"])
  func none(text: String) {
    #expect(Hexadecimal.bytes(text.utf8) == nil)
  }
}
