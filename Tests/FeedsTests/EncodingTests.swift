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

  @Test(arguments: [true, false]) func er7AndJSONInWideCharacters(_ isBigEndian: Bool) {
    for (text, kind) in [("MSH|^~\\&|张\rPID|1", MessageFrame.Kind.er7), ("{\"a\":\"张\"}", .json)] {
      for mark in ["", "\u{FEFF}"] {
        let frames = split(utf16(mark + text, isBigEndian: isBigEndian))
        #expect(frames.map(\.text) == [text])
        #expect(frames.map(\.kind) == [kind])
      }
    }
  }

  @Test func undecodableBytesAreAProblem() {
    let declaration = Array("<?xml version='1.0' encoding='GBK'?>".utf8)
    let broken = Array("<ORU_R01>".utf8) + [0x81, 0x20, 0xFF] + Array("</ORU_R01>".utf8)
    #expect(split(declaration + broken + Array("<ORU_R01/>".utf8)).map(\.code) == ["unreadable", ""])
    #expect(split(broken + Array("<ORU_R01/>".utf8)).map(\.code) == ["unreadable", ""])
    let wrapped = Array("<b><m><![CDATA[".utf8) + broken + Array("]]></m></b>".utf8)
    #expect(split(declaration + wrapped).map(\.code) == ["unreadable"])
  }

  /// Of an encoding that is not known only what lies beyond ASCII is.
  @Test func unknownEncodings() {
    let declaration = Array("<?xml version='1.0' encoding='X-OWN'?>".utf8)
    #expect(split(declaration + Array("<ORU_R01/>".utf8)).map(\.code) == [""])
    let broken = Array("<ORU_R01>".utf8) + [0x81, 0xFF] + Array("</ORU_R01><?xml version='1.0'?><ORU_R01/>".utf8)
    #expect(split(declaration + broken).map(\.code) == ["unreadable", ""])
  }

  @Test func wideCharactersOfFourBytesAreRefused() {
    let bytes = Array("<ORU_R01/>".utf8).flatMap { [$0, 0, 0, 0] as [UInt8] }
    for feed in [bytes, [0xFF, 0xFE, 0, 0] + bytes] {
      let frames = split(feed)
      #expect(frames.map(\.code) == ["unreadable"])
      #expect(frames.first?.problem?.reason.contains("UTF-32") == true)
    }
  }

  /// Characters are counted as what they turn out to be, also where nothing is declared or a lie.
  @Test(arguments: ["", " encoding='UTF-8'", " encoding='GBK'"]) func columnsCountCharacters(_ label: String) {
    let before = "<?xml version='1.0'\(label)?><b><n>\(words)</n>"
    let text = "\(before)<ORU_R01>\(words)检验检验</ORU_R01></b>"
    for piece in [1, 5, .max] {
      for bytes in [gb18030(text), Array(text.utf8)] {
        let frames = split(bytes, piece: piece)
        #expect(frames.map(\.column) == [before.count + 1])
        #expect(frames.map(\.text) == ["<ORU_R01>\(words)检验检验</ORU_R01>"])
      }
    }
  }

  @Test func positionsInOtherEncodings() {
    // 表 in Shift-JIS and 功 in Big5 end with a backslash, é is one byte.
    for (label, character) in [("Shift_JIS", [0x95, 0x5C]), ("Big5", [0xA5, 0x5C]), ("8859/1", [0xE9])]
      as [(String, [UInt8])]
    {
      let before =
        Array("<?xml version='1.0' encoding='\(label)'?><b><n>".utf8) + character + character + Array("</n>".utf8)
      let message = Array("<ORU_R01><![CDATA[".utf8) + character + Array("]]></ORU_R01>".utf8)
      let frames = split(before + message + message + Array("</b>".utf8))
      #expect(frames.map(\.code) == ["", ""])
      #expect(frames.first?.column == before.count + 1 - 2 * (character.count - 1))
      #expect(frames.first?.offset == before.count)
      let escaped =
        Array("<m> &lt;ORU_R01>".utf8) + character + character + Array("&lt;/ORU_R01> &lt;ORU_R01/></m></b>".utf8)
      let inner = split(before + escaped)
      #expect(inner.count == 2)
      #expect(inner.last?.offset == before.count + escaped.count - 21)
    }
  }

  /// MSH-18, where the document says nothing.
  @Test(
    arguments: [
      ("BIG-5", [0xB3, 0xAF, 0xA5, 0x5C], "陳功"), ("8859/1", [0x4D, 0xFC, 0x6C], "Mül"),
      ("UNICODE UTF-8", Array("王".utf8), "王"), ("GB 18030-2000", [0xD5, 0xC5], "张"),
      ("~ISO IR87", [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], "山"), ("KS X 1001", [0xC8, 0xAB], "홍"),
      ("ASCII~KS X 1001", [0xC8, 0xAB], "홍"),
    ] as [(String, [UInt8], String)])
  func characterSetOfTheMessage(_ label: String, _ bytes: [UInt8], _ text: String) {
    let header = "MSH|^~\\&|A|H|||20260101||ORU^R01|1|P|2.5.1||||||\(label)\rPID|1||"
    let er7 = split(Array(header.utf8) + bytes + Array("\r".utf8))
    #expect(er7.map(\.text) == ["\(header)\(text)"])
    #expect(er7.map(\.notes) == [[]])
    let sets = label.split(separator: "~").map { "<MSH.18>\($0)</MSH.18>" }.joined()
    if bytes.contains(0x1B) { return }
    let xml = split(Array("<ORU_R01><MSH>\(sets)</MSH><PID>".utf8) + bytes + Array("</PID></ORU_R01>".utf8))
    #expect(xml.map(\.text) == ["<ORU_R01><MSH>\(sets)</MSH><PID>\(text)</PID></ORU_R01>"])
  }

  /// RFC 8259 asks for UTF-8, and senders write what their system writes: also where the second half of a character is a backslash.
  @Test func jsonInChinese() {
    let text = Array("{\"a\":\"".utf8) + [0xD5, 0xC5, 0x81, 0x5C] + Array("\",\"b\":\"\\\"}\"}".utf8)
    let frames = split(text + Array("\n{\"a\":\"中\\\"é\\\"\"}".utf8))
    #expect(frames.map(\.text) == ["{\"a\":\"张乗\",\"b\":\"\\\"}\"}", "{\"a\":\"中\\\"é\\\"\"}"])
    #expect(frames.map { $0.notes.count } == [1, 0])
  }

  /// A mark counts more than what is declared behind it.
  @Test func marksBeatLabels() {
    let text = Array("\u{FEFF}<?xml version='1.0' encoding='GBK'?><ORU_R01>κΰ</ORU_R01>".utf8)
    #expect(split(text).map(\.text) == ["<ORU_R01>κΰ</ORU_R01>"])
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
