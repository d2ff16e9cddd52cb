import Testing

@testable import XMLReading

/// What is read without libxml2 is what libxml2 reads, or is left to it.
@Suite("plain documents")
struct PlainDocumentTests {
  private static let message =
    "<ORU_R01 xmlns=\"urn:hl7-org:v2xml\"><MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2></MSH>\n <PID>\n<PID.5>郑 强</PID.5>\n"
    + "<PID.8/> <PID.11>a]&gt;]b &lt;é𝄞&quot;&apos; </PID.11></PID>\n\n  <OBX><OBX.5>3.8</OBX.5>4<OBX.5> </OBX.5><OBX.6/></OBX></ORU_R01>"

  /// Both ways of reading, with the same names known.
  private final class Two {
    private let plain = XMLTreeReader()
    private let library = XMLTreeReader()

    init() throws {
      for reader in [plain, library] {
        for text in [PlainDocumentTests.message, "<a><b/><c.1 d='1'/></a>"] {
          _ = try Array(text.utf8).withUnsafeBufferPointer { (bytes) throws(XMLReadingError) in
            try reader.readThroughLibrary(bytes, within: [], line: 1, column: 1)
          }
        }
      }
    }

    /// - Returns: nil when the document is not plain.
    func isPlain(_ bytes: [UInt8], line: Int = 1, column: Int = 1) -> Bool? {
      bytes.withUnsafeBufferPointer { buffer in
        guard let tree = plain.readPlain(buffer, line: line, column: column) else { return nil }
        guard let other = try? library.readThroughLibrary(buffer, within: [], line: line, column: column) else {
          return false
        }
        return PlainDocumentTests.isSame(tree, other)
      }
    }
  }

  private static func isSame(_ a: XMLTree, _ b: XMLTree) -> Bool {
    guard a.text == b.text, a.rootNamespace == b.rootNamespace, a.nodes.count == b.nodes.count else { return false }
    return zip(a.nodes, b.nodes).allSatisfy { x, y in
      (x.name < 0) == (y.name < 0) && (x.name < 0 || a.names[Int(x.name)] == b.names[Int(y.name)])
        && x.parent == y.parent && x.firstChild == y.firstChild && x.nextSibling == y.nextSibling
        && x.textStart == y.textStart && x.textLength == y.textLength && x.attributeCount == y.attributeCount
        && x.line == y.line && x.column == y.column
    }
  }

  @Test("a message is read so, with the places of its elements")
  func message() throws {
    let two = try Two()
    #expect(two.isPlain(Array(Self.message.utf8)) == true)
    #expect(two.isPlain(Array(Self.message.utf8), line: 7, column: 31) == true)
  }

  @Test(
    "such documents are read so",
    arguments: [
      "<a/>", "<a></a>", "<a>x</a>", "<a> </a>", "<a>\n</a>", "<a> \n <b/> \n</a>", "<a>1<b>2</b>3<b/>4\n</a>",
      "<a>&amp;</a>", "<a>&amp;&lt; &gt;x</a>", "<a>x\n中<b/></a>", "<a>\u{10FFFF}\u{E000}</a>", "<a>]</a>",
      "<a>]x]</a>",
      "<a xmlns=\"urn:x\"><b/></a>", "<a>\u{FEFF}</a>", "<a>x<b/> \n </a>", "<a>x<b/>y &amp; z</a>",
    ])
  func plain(_ text: String) throws { #expect(try Two().isPlain(Array(text.utf8)) == true) }

  @Test(
    "what is anything else is left to libxml2",
    arguments: [
      "", "<", "<a", "<a>", "<a><b></a>", "<a></b>", "<a/><b/>", "<a/>x", "<a/>\n", " <a/>", "<a >x</a>", "<a>x</a >",
      "<unknown/>", "<a d='1'/>", "<a d=\"1\"/>", "<a xmlns='urn:x'/>", "<a xmlns=\"\"/>",
      "<a xmlns=\"urn:hl7-org:sdtc\"/>",
      "<a xmlns=\"http://x\"/>", "<a><b xmlns=\"urn:x\"/></a>", "<a xmlns=\"urn:x\" d=\"1\"/>", "<a>&#65;</a>",
      "<a>&x;</a>",
      "<a>x & y</a>", "<a>]]></a>", "<a><!-- x --></a>", "<a><![CDATA[x]]></a>", "<a><?x y?></a>", "<!DOCTYPE a><a/>",
      "<?xml version=\"1.0\"?><a/>", "<a>\t</a>", "<a>x\ty</a>", "<a>x\r\n</a>", "<a> x</a>", "<a>\n中</a>",
      "<a>\u{1}</a>",
      "<a>\u{FFFE}</a>", "<a>\u{FFFF}</a>", "<a>x\u{7F}</a>", "<p:a/>", "<a><", "<a></", "<a></a", "<a/", "<a>x",
    ])
  func notPlain(_ text: String) throws { #expect(try Two().isPlain(Array(text.utf8)) == nil) }

  @Test("bytes that are no UTF-8 are left to libxml2")
  func broken() throws {
    let two = try Two()
    for bytes: [UInt8] in [
      [0xD6, 0xD0], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE4, 0xB8], [0x80],
    ] {
      #expect(two.isPlain(Array("<a>".utf8) + bytes + Array("</a>".utf8)) == nil)
    }
  }

  @Test("what limits forbid is refused as ever")
  func limits() throws {
    let deep = String(repeating: "<a>", count: 129) + String(repeating: "</a>", count: 129)
    #expect(try Two().isPlain(Array(deep.utf8)) == nil)
    var limits = XMLLimits()
    (limits.elements, limits.textLength) = (2, 3)
    let reader = XMLTreeReader(limits: limits)
    _ = try reader.read("<a/>")
    #expect(throws: XMLReadingError.self) { _ = try reader.read("<a><a/><a/></a>") }
    #expect(throws: XMLReadingError.self) { _ = try reader.read("<a>xxxx</a>") }
  }

  @Test("whatever is changed in a message, both read the same or it is left to libxml2")
  func mutants() throws {
    let two = try Two()
    let original = Array(Self.message.utf8)
    let pieces =
      [
        "<", ">", "/", "</", "/>", "&", "&amp;", "&lt;", "&#10;", ";", "]", "]]>", " ", "\n", "\r\n", "\t", "中", "é",
        "<b/>",
        "<b>", "</b>", "<!--", "-->", "<![CDATA[", "=", "\"", "d=\"1\"", "xmlns=\"urn:y\"", "a", "\u{0}", "\u{FFFF}",
      ].map { Array($0.utf8) } + [[0x80], [0xE4], [0xFF]]
    var random = SystemRandomNumberGenerator()
    var plain = 0
    for _ in 0..<40_000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let start = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, start + [0, 0, 1, 1, 2, 7].randomElement(using: &random)!)
        bytes.replaceSubrange(
          start..<end, with: Bool.random(using: &random) ? pieces.randomElement(using: &random)! : [])
      }
      guard let isSame = two.isPlain(bytes, line: 3, column: 5) else { continue }
      plain += 1
      if !isSame { Issue.record("read otherwise: \(String(decoding: bytes, as: UTF8.self).debugDescription)") }
    }
    #expect(plain > 2_000, "most mutants say nothing")
  }
}
