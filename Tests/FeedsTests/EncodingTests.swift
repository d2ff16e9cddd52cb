import Testing
import XMLReading

@testable import Feeds

/// 检验 (GB2312), 镕 (GBK), 㐀 (GB18030, four bytes), a character whose second byte is `]`, and 𠮷 beyond the basic plane.
private let words = "检验镕㐀乕𠮷"

private func gb18030(_ text: String) -> [UInt8] {
  // Glibc's iconv reads it; nothing in the project writes it.
  let table: [Character: [UInt8]] = [
    "检": [0xBC, 0xEC], "验": [0xD1, 0xE9], "镕": [0xE9, 0x46], "㐀": [0x81, 0x39, 0xEE, 0x39], "乕": [0x81, 0x5B],
    "𠮷": [0x95, 0x34, 0xB2, 0x35],
  ]
  return text.flatMap { table[$0] ?? Array(String($0).utf8) }
}

private func utf16(_ text: String, isBigEndian: Bool) -> [UInt8] {
  text.utf16.flatMap { unit in
    let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
    return isBigEndian ? bytes : bytes.reversed()
  }
}

@Suite struct EncodingTests {
  @Test(arguments: ["GB2312", "gbk", "GB18030"]) func declaredChinese(_ name: String) {
    let declaration = "<?xml version='1.0' encoding='\(name)'?>"
    let before = "\(declaration)<b><n xmlns='\(words)'/>\(words)<c/>"
    let frames = split(gb18030("\(before)<ORU_R01>\(words)</ORU_R01></b>"))
    #expect(summary(frames).last == "<ORU_R01>\(words)</ORU_R01>")
    #expect(frames.last?.notes == [])
    #expect(frames.last?.column == before.count + 1)
    #expect(frames.last?.offset == gb18030(before).count)
  }

  @Test func undeclaredChineseIsNoted() {
    let frames = split(gb18030("<ORU_R01>\(words)</ORU_R01>") + Array("<ORU_R01>\(words)</ORU_R01>".utf8))
    #expect(summary(frames) == ["<ORU_R01>\(words)</ORU_R01>", "<ORU_R01>\(words)</ORU_R01>"])
    #expect(frames.map { $0.notes.map(\.code) } == [[.encodingMislabelled], []])
  }

  @Test func aBracketWithinACharacterEndsNoSection() {
    let text = "<ORU_R01><![CDATA[\(words)"
    let declaration = "<?xml version='1.0' encoding='GBK'?>"
    // The character's second byte, and `]>` behind it.
    let bytes = gb18030(text) + [0x81, 0x5D] + Array("]></ORU_R01>]]></ORU_R01>".utf8)
    #expect(split(Array(declaration.utf8) + bytes).count == 1)
    #expect(split(bytes).count == 1)
    #expect(split("<ORU_R01><![CDATA[检]]></ORU_R01>").count == 1)
  }

  @Test func undecodableBytesAreAProblem() {
    let declaration = Array("<?xml version='1.0' encoding='GBK'?>".utf8)
    let broken = Array("<ORU_R01>".utf8) + [0x81, 0x20, 0xFF] + Array("</ORU_R01>".utf8)
    #expect(split(declaration + broken + Array("<ORU_R01/>".utf8)).map(\.code) == ["unreadable", ""])
    #expect(split(broken + Array("<ORU_R01/>".utf8)).map(\.code) == ["unreadable", ""])
    let wrapped = Array("<b><m><![CDATA[".utf8) + broken + Array("]]></m></b>".utf8)
    #expect(split(declaration + wrapped).map(\.code) == ["unreadable"])
  }

  @Test func unknownEncodingsAreAProblem() {
    let frames = split("<?xml version='1.0' encoding='Big5'?><ORU_R01/><?xml version='1.0'?><ORU_R01/>")
    #expect(frames.map(\.code) == ["unreadable", ""])
  }

  @Test(arguments: [true, false], [true, false]) func wideCharacters(_ isBigEndian: Bool, _ hasMark: Bool) {
    let message = "<ORU_R01>\(words)</ORU_R01>"
    let text = "<?xml version='1.0' encoding='UTF-16'?>\n<b>\(words)<c/>\(message)</b>\n"
    let bytes = utf16((hasMark ? "\u{FEFF}" : "") + text, isBigEndian: isBigEndian)
    for piece in [1, 7, .max] {
      // Behind it a document of bytes, and one in the other order.
      let others =
        Array("\n<?xml version='1.0'?><ORU_R01/>".utf8) + utf16("\u{FEFF}<OUL_R22/>", isBigEndian: !isBigEndian)
      let frames = split(bytes + others, piece: piece)
      #expect(summary(frames) == [message, "<ORU_R01/>", "<OUL_R22/>"])
      #expect(frames.map(\.place).prefix(2) == ["2:14", "4:22"])
      #expect(bytes[frames[0].offset...].starts(with: utf16(message, isBigEndian: isBigEndian)))
      #expect(frames[1].offset == bytes.count + 22)
    }
  }

  @Test func loneSurrogatesAreAProblem() {
    let bytes =
      utf16("<b><ORU_R01>", isBigEndian: false) + [0x00, 0xD8] + utf16("</ORU_R01><ORU_R01/></b>", isBigEndian: false)
    #expect(split(bytes).map(\.code) == ["unreadable", ""])
    #expect(split(utf16("<ORU_R01/>", isBigEndian: false) + [0x20]).map(\.code) == [""])
  }
}
