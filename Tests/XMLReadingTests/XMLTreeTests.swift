import Testing

@testable import XMLReading

@Suite struct XMLTreeTests {
  private let reader = XMLTreeReader()

  private func failure(_ text: String, within prologue: String = "") -> XMLReadingError? {
    failure(Array(text.utf8), prologue)
  }

  private func failure(_ bytes: [UInt8], _ prologue: String = "") -> XMLReadingError? {
    do throws(XMLReadingError) {
      _ = try read(bytes, within: prologue)
      return nil
    } catch {
      return error
    }
  }

  private func read(
    _ bytes: [UInt8], within prologue: String = "", line: Int = 1, column: Int = 1
  ) throws(XMLReadingError) -> XMLTree {
    try bytes.withUnsafeBufferPointer { (buffer) throws(XMLReadingError) in
      try reader.read(buffer, within: Array(prologue.utf8), line: line, column: column)
    }
  }

  @Test func mixedContentKeepsItsOrder() throws {
    let tree = try reader.read("<a>1<b>2</b>3<c/> 4<![CDATA[<5>]]><!-- 6 -->7</a>")
    let pieces = tree.root.pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .element(let element): "<\(element.name)>"
      }
    }
    #expect(pieces == ["1", "<b>", "3", "<c>", " 4<5>7"])
    #expect(tree.root.text == "13 4<5>7")
    #expect(tree.root.wholeText == "123 4<5>7")
  }

  @Test func referencesAreResolved() throws {
    let root = try reader.read(
      "<a b='x &amp; y &lt;&#60;&quot;&#38;#38;&amp;#38;&amp;amp;'>&amp;&#x4E2D;&lt;&amp;#38;</a>"
    ).root
    #expect(root.attribute("b") == "x & y <<\"&#38;&#38;&amp;")
    #expect(root.text == "&中<&#38;")
  }

  @Test(arguments: [
    "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
    "<!DOCTYPE a [<!ENTITY a0 'x'><!ENTITY a1 '&a0;&a0;'><!ENTITY a2 '&a1;&a1;'>]><a>&a2;</a>",
  ])
  func doctypesAreRefused(_ text: String) { #expect(failure(text)?.kind == .doctype) }

  @Test(arguments: [
    "", " ", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b='1' b='2'/>", "<a>&b;</a>", "<a>a & b</a>", "<a b='&'/>",
    "<a><0.1</a>",
    "<a b='<'/>", "<p:a/>", "<a p:b='1'/>", "<a b=1/>", "<a b/>", "<a><!-- -- --></a>", "<a><!--", "<a><![CDATA[",
    "<a>]]></a>",
    "<a>\u{1}</a>", "<a>&#0;</a>", "<a><?xml version='1.0'?></a>", "<a", "<a b='", "\0", "<a>\0</a>",
  ])
  func whatIsNotWellFormedIsRefused(_ text: String) { #expect(failure(text)?.kind == .malformed) }

  @Test(
    arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE4, 0xB8], [0xF4, 0x90, 0x80, 0x80], [0x80]] as [[UInt8]])
  func badUTF8IsRefused(_ bytes: [UInt8]) {
    #expect(failure(Array("<a>".utf8) + bytes + Array("</a>".utf8))?.kind == .malformed)
    #expect(failure(Array("<a b='".utf8) + bytes + Array("'/>".utf8))?.kind == .malformed)
    #expect(failure(Array("<a><!--".utf8) + bytes + Array("--></a>".utf8))?.kind == .malformed)
    #expect(failure(Array("<a".utf8) + bytes + Array("/>".utf8))?.kind == .malformed)
  }

  @Test func limitsHold() {
    let deep = String(repeating: "<a>", count: 200)
    #expect(failure(deep)?.kind == .limit)
    let attributes = (0..<100_000).map { " a\($0)='1'" }.joined()
    #expect(failure("<a\(attributes)/>")?.kind == .limit)
    #expect(failure("<a" + (0..<600).map { " a\($0)='1'" }.joined() + "/>")?.kind == .limit)
    let namespaces = (0..<100_000).map { " xmlns:a\($0)='1'" }.joined()
    #expect(failure("<a\(namespaces)/>")?.kind == .limit)
    #expect(failure("<a>" + String(repeating: "<b/>", count: 100) + "<a\(namespaces)/></a>")?.kind == .limit)
    for shape in ["<#/>", "<b #='1'/>", "<b xmlns:a='#'/>", "<b xmlns:#='1'/>", "<?# ?>"] {
      let names = (0..<30_000).map { shape.replacing("#", with: "a\($0)") }.joined()
      #expect(failure("<a>\(names)</a>")?.kind == .limit)
    }
    #expect(failure("<" + String(repeating: "a", count: 2 << 20) + "/>") != nil)
  }

  @Test func numbersOfChildrenAreKnownBeforeTheyAreLookedFor() throws {
    let tree = try reader.read("<OBX><OBX.3/>x<OBX.62/><OBX.99/><other/></OBX>")
    let numbers = tree.childNumbers(of: tree.root.id)
    #expect((1...100).filter(numbers.mayContain) == [3, 62] + Array(63...100))
    #expect(tree.child(99, of: tree.root.id) != nil && tree.child(63, of: tree.root.id) == nil)
    let without = try reader.read("<OBX>x<other/><OBX.0/></OBX>")
    #expect(without.childNumbers(of: without.root.id).isEmpty)
  }

  @Test func largeValuesAreRead() throws {
    let value = String(repeating: "QUJD", count: 5 << 18)
    let root = try reader.read("<a b='\(value)'><c>\(value)</c><![CDATA[\(value)]]></a>").root
    #expect(root.attribute("b")?.utf8.count == value.utf8.count)
    #expect(root.first("c")?.text.utf8.count == value.utf8.count)
    #expect(root.text.utf8.count == value.utf8.count)
    // An ampersand makes libxml2 take the slow way.
    let escaped = try reader.read("<a b='&amp;\(value)'/>").root
    #expect(escaped.attribute("b")?.utf8.count == value.utf8.count + 1)
    #expect(failure("<a b='\(value)\(value)'/>") != nil)
  }

  @Test func placesAreExact() throws {
    let text = "<a>\n  <b/><c\n x='1'\n/> <d>文字<e/></d>\r\n\t<!-- 文 --><f/>&amp;<g/><![CDATA[ ]]><h/></a>"
    func places(_ tree: XMLTree, _ names: [String]) -> [String] {
      names.map { name in
        let place = tree.root.descendants(name).first!.location
        return "\(place.line):\(place.column)"
      }
    }
    let names = ["b", "c", "d", "e", "f", "g", "h"]
    let plain = ["2:3", "2:7", "4:4", "4:9", "5:12", "5:21", "5:38"]
    #expect(places(try reader.read(text), names) == plain)
    for prologue in ["", "<w xmlns:p='u'>", "<w xmlns:p='文字' xmlns='u'>"] {
      let moved = try read(Array(text.utf8), within: prologue, line: 10, column: 5)
      #expect(places(moved, names) == ["11:3", "11:7", "13:4", "13:9", "14:12", "14:21", "14:38"])
      #expect(moved.root.location == XMLLocation(line: 10, column: 5, path: "/a"))
      let line = try read(Array("<a>文<b/></a>".utf8), within: prologue, line: 10, column: 5)
      #expect(places(line, ["b"]) == ["10:9"])
    }
  }

  @Test(arguments: [
    "<a><b/></a>", "<a >\n<![CDATA[\n文\n]]><b/></a>", "<a><!-- \n --><b/></a>", "<a><?c\n?><b/></a>", "<a\n><b/></a>",
  ])
  func theFirstChildHasItsPlace(_ text: String) throws {
    let place = try #require(try reader.read(text).root.first("b")).location
    let before = text[..<(try #require(text.firstRange(of: "<b/>"))).lowerBound]
    #expect(place.line == before.count { $0 == "\n" } + 1)
    #expect(place.column == before.split(separator: "\n", omittingEmptySubsequences: false).last!.count + 1)
  }

  @Test func aNamespaceNeedNotBeAURI() throws {
    #expect(try reader.read("<p:a xmlns:p='文 字' xmlns=' x '/>").rootNamespace == "文 字")
  }

  @Test func placesAreExactInLongDocuments() throws {
    let filler = String(repeating: "<x>检验</x>", count: 20_000)
    let tree = try reader.read("<a>\(filler)<b/></a>")
    #expect(tree.root.first("b")?.location.column == 4 + 20_000 * 9)
    let long = String(repeating: "检", count: 100_000)
    #expect(try reader.read("<a>\(long)<b/></a>").root.first("b")?.location.column == 100_004)
    #expect(try reader.read("<a><c d='\(long)'/><b/></a>").root.first("b")?.location.column == 100_000 + 13)
  }

  @Test func prefixesBoundFurtherOutAreKnown() throws {
    let tree = try read(Array("<p:a q:b='1'/>".utf8), within: "<w xmlns:p='urn:p' xmlns:q='urn:q'>")
    #expect(tree.root.name == "a")
    #expect(tree.rootNamespace == "urn:p")
    #expect(failure("<a/></w><w>", within: "<w xmlns:p='urn:p'>") != nil)
    #expect(failure("<a/><b/>", within: "<w xmlns:p='urn:p'>") != nil)
    #expect(failure("x<a/>", within: "<w xmlns:p='urn:p'>") != nil)
  }

  @Test func aReaderForgetsTheDocumentBefore() throws {
    for text in ["<a><b>", "<!DOCTYPE a><a/>", "<a\0", "<p:a/>", String(repeating: "<a>", count: 300)] {
      #expect(failure(text) != nil)
      #expect(try reader.read("<a>1</a>").root.text == "1")
    }
  }

  @Test func errorsTellWhereAndNeverWhat() throws {
    let error = try #require(failure("<a>\n <张三>\n  <b>secret</张三>\n</a>"))
    #expect(error.location.line == 3)
    #expect(!error.message.contains("secret") && !error.message.contains("张三"))
  }
}
