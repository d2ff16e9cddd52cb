import Testing

@testable import XMLReading

@Suite struct TextEncoderTests {
  @Test(
    "a text in an encoding is read back as itself; what it has no character for is nil",
    arguments: [
      "UTF-8", "GBK", "GB18030", "UTF-16LE", "UTF-16BE", "Big5",
    ])
  func roundTrip(label: String) throws {
    let encoding = try #require(TextEncoding(label: label))
    let text = "MSH|^~\\&|甲乙|"
    let bytes = try #require(encoding.bytes(of: text))
    if encoding == .utf8 {
      #expect(bytes == Array(text.utf8))
    } else {
      let transcoder = try #require(Transcoder(from: encoding))
      var read: [UInt8] = []
      #expect(transcoder.append(bytes, to: &read, isLast: true) == 0)
      #expect(read == Array(text.utf8))
    }
  }

  @Test("a character that the encoding has not is no other")
  func missing() throws {
    #expect(TextEncoding.windows1252.bytes(of: "é") == [0xE9])
    #expect(TextEncoding.windows1252.bytes(of: "甲") == nil)
    #expect(TextEncoding.utf32.bytes(of: "a") == nil || TextEncoding.utf32.bytes(of: "a")?.count ?? 0 >= 4)
  }

  @Test("namespaces are kept as far down as the limits say, and nowhere else")
  func namespaces() throws {
    let text = "<a:x xmlns:a='urn:a' xmlns='urn:b'><y><a:z><w/></a:z></y></a:x>"
    var limits = XMLLimits()
    limits.namespaceDepth = 3
    let root = try XMLTreeReader(limits: limits).read(text).root
    #expect(root.namespace == "urn:a" && root.first("y")?.namespace == "urn:b")
    #expect(root.first("y", "z")?.namespace == "urn:a" && root.first("y", "z", "w")?.namespace == nil)
    #expect(try XMLTreeReader().read(text).root.namespace == nil)
  }
}
