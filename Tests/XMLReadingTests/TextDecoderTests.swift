import Testing

@testable import XMLReading

/// What bytes are read as, by what they are and by what is said of them.
@Suite struct TextDecoderTests {
  /// `*` marks that it is told; nil that it cannot be read.
  private func read(_ bytes: [UInt8], _ label: String?, file: SourceLocation = #_sourceLocation) -> String? {
    let declared = label.map { DeclaredEncoding(label: $0) } ?? .nothing
    let text = bytes.withUnsafeBufferPointer { TextDecoder().text($0, declared) }
    if text.problem != nil { return nil }
    #expect(text.bytes.withUnsafeBufferPointer { UTF8Text.isValid($0) }, sourceLocation: file)
    return (text.note == nil ? "" : "*") + String(decoding: text.bytes, as: UTF8.self)
  }

  private static func field(_ name: [UInt8]) -> [UInt8] { Array("PID|1||77^^^H||".utf8) + name + Array("^A||M\r".utf8) }

  private func field(_ name: [UInt8], _ label: String?) -> String? {
    guard let text = read(Self.field(name), label) else { return nil }
    let begin = text.hasPrefix("*") ? 16 : 15
    return (text.hasPrefix("*") ? "*" : "") + text.dropFirst(begin).prefix { $0 != "^" }
  }

  @Test(arguments: [nil, "UTF-8", "GBK", "Big5", "8859/1", "windows-1251", "x-none"]) func utf8IsUTF8(_ label: String?)
  {
    let isTold = label != nil && label != "UTF-8" && label != "x-none"
    // Also where it would be GB18030 throughout: an even number of Han characters.
    #expect(field(Array("李四".utf8), label) == (isTold ? "*" : "") + "李四")
    #expect(read(Array("Na µmol/L, Müller".utf8), label) == (isTold ? "*" : "") + "Na µmol/L, Müller")
    #expect(read(Array("plain".utf8), label) == "plain")
  }

  @Test(
    arguments: [
      ("Big5", "陳大文", [0xB3, 0xAF, 0xA4, 0x6A, 0xA4, 0xE5]),
      // The second byte of a character may be one of HL7's own, or a backslash.
      ("BIG-5", "張功", [0xB1, 0x69, 0xA5, 0x5C]), ("Shift_JIS", "表", [0x95, 0x5C]),
      ("Shift_JIS", "山田太郎", [0x8E, 0x52, 0x93, 0x63, 0x91, 0xBE, 0x98, 0x59]),
      ("Shift_JIS", "ﾔﾏﾀﾞ", [0xD4, 0xCF, 0xC0, 0xDE]), ("EUC-JP", "山田", [0xBB, 0xB3, 0xC5, 0xC4]),
      ("KS X 1001", "홍길동", [0xC8, 0xAB, 0xB1, 0xE6, 0xB5, 0xBF]),
      ("ISO IR87", "山田", [0x1B, 0x24, 0x42, 0x3B, 0x33, 0x45, 0x44, 0x1B, 0x28, 0x42]),
      ("8859/1", "Müller", [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72]), ("8859/15", "5 €", [0x35, 0x20, 0xA4]),
      ("windows-1252", "5 €", [0x35, 0x20, 0x80]), ("ISO-8859-1", "5 €", [0x35, 0x20, 0x80]),
      ("windows-1251", "Иванов", [0xC8, 0xE2, 0xE0, 0xED, 0xEE, 0xE2]),
      ("GB 18030-2000", "张三", [0xD5, 0xC5, 0xC8, 0xFD]),
      ("gb2312", "镕㐀𠮷", [0xE9, 0x46, 0x81, 0x39, 0xEE, 0x39, 0x95, 0x34, 0xB2, 0x35]),
    ] as [(String, String, [UInt8])])
  func whatIsDeclaredHolds(_ label: String, _ text: String, _ bytes: [UInt8]) {
    #expect(field(bytes, label) == text)
  }

  /// Bytes of GB18030 that are UTF-8 by chance: 石英 is ʯӢ there, 魏伟 κΰ, 女 Ů.
  @Test(
    arguments: [
      ("石英", [0xCA, 0xAF, 0xD3, 0xA2]), ("魏伟", [0xCE, 0xBA, 0xCE, 0xB0]), ("女", [0xC5, 0xAE]),
    ] as [(String, [UInt8])])
  func chanceIsNoUTF8(_ text: String, _ bytes: [UInt8]) throws {
    #expect(field(bytes, "GBK") == text)
    #expect(field(bytes, nil) == "*" + text)
    // Declared, and nothing speaks against it but that it makes no sense.
    #expect(try #require(field(bytes, "UTF-8")).first == "*")
    let apart = Array(bytes.prefix(2)) + Array("^".utf8) + Array(bytes.dropFirst(2))
    #expect(field(apart, "GBK")?.first == text.first)
  }

  @Test(arguments: [
    "µmol/L", "37 °C", "±", "10²", "β-HCG", "γ-GT", "α1", "μg", "José", "Ωmega", "5 ± 2", "Ænø", "Ольга Сон", "κ-light",
  ])
  func shortUTF8IsUTF8(_ text: String) {
    #expect(read(Array("OBX|1|\(text)|x".utf8), nil) == "OBX|1|\(text)|x")
    #expect(read(Array("OBX|1|\(text)|x".utf8), "UTF-8") == "OBX|1|\(text)|x")
    #expect(read(Array("OBX|1|\(text)|x".utf8), "8859/1") == "*OBX|1|\(text)|x")
  }

  @Test func chineseUnderAnotherLabel() {
    let name: [UInt8] = [0xD5, 0xC5, 0xC8, 0xFD]
    for label in [nil, "UTF-8", "8859/1", "windows-1252", "ASCII", "x-none"] {
      #expect(field(name, label) == "*张三", "\(label ?? "")")
    }
    // Rare characters among common ones, and a euro.
    #expect(field([0xCC, 0xC6, 0xCC, 0xC6, 0x86, 0xB4], "UTF-8") == "*唐唐喆")
  }

  @Test(
    arguments: [
      [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72], [0x47, 0x72, 0xF6, 0xDF, 0x65], [0x35, 0x20, 0xB5, 0x67],
      [0x33, 0x37, 0xB0, 0x43],
      [0xD6, 0x7A, 0x67, 0xFC, 0x72], [0x6D, 0xB2], [0xB1],
    ] as [[UInt8]])
  func latinWithoutLabel(_ bytes: [UInt8]) {
    let text = "*" + String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    #expect(field(bytes, nil) == text)
    #expect(field(bytes, "UTF-8") == text)
    #expect(field(bytes, "8859/1") == String(text.dropFirst()))
    // What is declared as GB18030 is read so, but not without a word.
    #expect((field(bytes, "GBK") ?? "*").first == "*")
  }

  /// What can be several things, or nothing, is refused.
  @Test(
    arguments: [
      // Shift-JIS, in GB18030 rare characters alone.
      [0x8E, 0x52, 0x93, 0x63, 0x91, 0xBE, 0x98, 0x59],
      // UTF-8 whose last character was cut.
      Array("王小明".utf8.dropLast()), Array("王小明".utf8.dropLast(2)) + Array("|血红蛋白".utf8),
      // One name in GB18030 among UTF-8.
      Array("血红蛋白|".utf8) + [0xD5, 0xC5, 0xC8, 0xFD],
      [0x81], [0xFF, 0xFF],
    ] as [[UInt8]])
  func whatCannotBeToldIsRefused(_ bytes: [UInt8]) {
    #expect(field(bytes, nil) == nil)
    #expect(field(bytes, "UTF-8") == nil)
  }

  @Test func whatIsNotOfItsEncodingIsRefused() {
    #expect(field([0x81, 0x20, 0xFF], "GBK") == nil)
    #expect(field([0xFF, 0xFF], "Big5") == nil)
    #expect(read(Array("~{<:Ky2;~}".utf8), "HZ-GB-2312") == nil)
    #expect(read(Array("+AGE-".utf8), "UTF-7") == nil)
    #expect(read(Array("a".utf8) + [0x1B, 0x24, 0x42, 0xFF], "ISO-2022-JP") == nil)
    // Escapes of which nothing is said are left to who reads the text, unless they are unmistakable.
    #expect(read([0x41, 0x1B, 0x5B], nil) == "A\u{1B}[")
    #expect(read([0x1B, 0x24, 0x42, 0x3B, 0x33, 0x1B, 0x28, 0x42], nil) == "*山")
    // Declared to switch, and in another encoding all the same.
    #expect(field([0xD5, 0xC5, 0xC8, 0xFD], "ISO IR87") == "*张三")
  }

  @Test func charactersThatWereLostAreTold() {
    #expect(read(Array("姓名：\u{FFFD}\u{FFFD}".utf8), nil) == "*姓名：\u{FFFD}\u{FFFD}")
  }

  @Test func widerCharacters() {
    func read(_ bytes: [UInt8], _ encoding: TextEncoding) -> String? {
      let text = bytes.withUnsafeBufferPointer { TextDecoder().text($0, .mark(encoding)) }
      return text.problem == nil ? String(decoding: text.bytes, as: UTF8.self) : nil
    }
    #expect(read([0x3C, 0, 0x2D, 0x4E], .utf16LittleEndian) == "<中")
    #expect(read([0, 0x3C, 0x4E, 0x2D], .utf16BigEndian) == "<中")
    #expect(read([0x3C, 0, 0x00, 0xD8], .utf16LittleEndian) == nil)
    #expect(read([0x3C, 0, 0, 0], .utf32) == nil)
  }
}
