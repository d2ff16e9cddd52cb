import Testing

@testable import XMLReading

@Suite struct TextEncodingTests {
  @Test(arguments: [
    ("<?xml version='1.0'?>", TextEncoding.utf8), ("<a encoding='GBK'/>", .utf8),
    ("<?xml version='1.0' encoding='utf-8'?>", .utf8),
    ("<?xml version=\"1.0\" encoding = \"gb2312\" ?>", .gb18030), (" \n<?xml version='1.0' encoding='GBK'?>", .gb18030),
    ("<?xml version='1.0' encoding='UTF-16'?>", .utf8), ("<?xml version='1.0' encoding=''?", .utf8),
  ])
  func declarations(_ text: String, _ expected: TextEncoding) throws {
    #expect(try TextEncoding.detect(Array(text.utf8)).0 == expected)
  }

  @Test func marks() throws {
    #expect(try TextEncoding.detect([0xEF, 0xBB, 0xBF, 0x3C]) == (.utf8, 3))
    #expect(try TextEncoding.detect([0xFF, 0xFE, 0x3C, 0]) == (.utf16LittleEndian, 2))
    #expect(try TextEncoding.detect([0, 0x3C]) == (.utf16BigEndian, 0))
    #expect(try TextEncoding.detect([]) == (.utf8, 0))
  }

  @Test func otherEncodingsAreRefused() {
    for name in ["Big5", "Shift_JIS", "ISO-8859-1", "UTF-7", ""] where !name.isEmpty {
      #expect(throws: XMLReadingError.self) {
        try TextEncoding.detect(Array("<?xml version='1.0' encoding='\(name)'?>".utf8))
      }
    }
  }

  /// However it is cut, and far beyond one buffer of iconv.
  @Test(arguments: [1, 2, 3, 1000, 1_000_000]) func chineseIsRead(_ piece: Int) throws {
    let bytes = (0..<20_000).flatMap { _ in [0xBC, 0xEC, 0x41, 0x81, 0x39, 0xEE, 0x39] as [UInt8] }
    let transcoder = try #require(Transcoder(from: .gb18030))
    var output: [UInt8] = []
    var unreadable = 0
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let end = min(start + piece, bytes.count)
      unreadable += transcoder.append(bytes[start..<end], to: &output, isLast: end == bytes.count)
    }
    #expect(String(decoding: output, as: UTF8.self) == String(repeating: "检A㐀", count: 20_000))
    #expect(unreadable == 0)
  }

  @Test func whatCannotBeReadIsCounted() throws {
    let transcoder = try #require(Transcoder(from: .gb18030))
    var output: [UInt8] = []
    #expect(transcoder.append([0x41, 0xFF, 0x42, 0x81], to: &output, isLast: true) == 2)
    #expect(String(decoding: output, as: UTF8.self) == "A\u{FFFD}B\u{FFFD}")
    output = []
    #expect(transcoder.append([0xBC, 0xEC], to: &output, isLast: true) == 0)
    #expect(String(decoding: output, as: UTF8.self) == "检")
  }
}
