import Testing

@testable import XMLReading

@Suite struct TextEncodingTests {
  @Test(arguments: [
    ("<?xml version='1.0'?>", nil), ("<a encoding='GBK'/>", nil), ("<?xml version='1.0' encoding='utf-8'?>", "UTF-8"),
    ("<?xml version=\"1.0\" encoding = \"gb2312\" ?>", "GB18030"),
    (" \n<?xml version='1.0' encoding='GBK'?>", "GB18030"),
    // Declared in single bytes, so it is not in wider ones.
    ("<?xml version='1.0' encoding='UTF-16'?>", "UTF-8"), ("<?xml version='1.0' encoding=''?>", nil),
    ("<?xml version='1.0' encoding='Big5'>", "Big5"),
  ])
  func declarations(_ text: String, _ name: String?) throws {
    let declared = DeclaredEncoding.of(document: Array(text.utf8)).declared
    #expect(declared == (name.flatMap { name in TextEncoding(label: name).map { .label($0) } } ?? .nothing))
  }

  @Test func marks() {
    func declared(_ bytes: [UInt8]) -> DeclaredEncoding { DeclaredEncoding.of(document: bytes).declared }
    #expect(DeclaredEncoding.of(document: [0xEF, 0xBB, 0xBF, 0x3C]) == (.mark(.utf8), 3))
    #expect(DeclaredEncoding.of(document: [0xFF, 0xFE, 0x3C, 0]) == (.mark(.utf16LittleEndian), 2))
    #expect(declared([0, 0x3C]) == .mark(.utf16BigEndian))
    #expect(declared([0xFF, 0xFE, 0, 0]) == .mark(.utf32))
    #expect(declared([0x3C, 0, 0, 0]) == .mark(.utf32))
    #expect(declared([]) == .nothing)
  }

  /// As XML declarations, MSH-18 (HL7 table 0211), DICOM and programs spell them.
  @Test(arguments: [
    ("UNICODE UTF-8", "UTF-8"), ("UNICODE", "UTF-8"), ("8859/1", "windows-1252"), ("8859/15", "ISO-8859-15"),
    ("8859/2", "ISO-8859-2"), ("ISO-8859-5", "ISO-8859-5"), ("ISO IR87", "ISO-2022-JP"), ("ISO_IR 100", "windows-1252"),
    ("GB 18030-2000", "GB18030"), ("GB_2312-80", "GB18030"), ("BIG-5", "Big5"), ("CNS 11643-1992", "EUC-TW"),
    ("KS X 1001", "EUC-KR"), ("ks_c_5601-1987", "EUC-KR"), ("Shift_JIS", "Shift_JIS"), ("Windows-1252", "windows-1252"),
    ("windows-1251", "windows-1251"), ("Cp1250", "windows-1250"), ("ISO8859_1", "windows-1252"),
    ("latin1", "windows-1252"),
    ("EUC_JP", "EUC-JP"), ("TIS-620", "windows-874"), ("ISO_IR 192", "UTF-8"), ("iso-8859-9", "windows-1254"),
  ])
  func labels(_ label: String, _ name: String) throws {
    let encoding = try #require(TextEncoding(label: label))
    #expect(encoding.name == name)
    #expect(encoding == .utf8 || Transcoder(from: encoding) != nil)
  }

  @Test func labelsThatAreNone() {
    for label in ["", "x", "UTF-9", "//TRANSLIT", String(repeating: "8", count: 100)] {
      #expect(TextEncoding(label: label) == nil)
    }
    #expect(DeclaredEncoding(label: " ") == .nothing)
    #expect(DeclaredEncoding(label: "x") == .unknown)
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
    output = []
    // The euro of CP936.
    #expect(transcoder.append([0x31, 0x80], to: &output, isLast: true) == 0)
    #expect(String(decoding: output, as: UTF8.self) == "1€")
  }
}
