import Testing
import XMLReading

@testable import Messages

@Suite("FHIR JSON as a tree")
struct FHIRJSONTreeTests {
  /// Elements, attributes and text as XML, for comparing.
  private func render(_ element: XMLElement) -> String {
    let attributes = element.attributes.map { " \($0.name)=\($0.value)" }.joined()
    return "<\(element.name)\(attributes)>\(element.text)\(element.children.map(render).joined())"
  }

  private func render(json: String) throws -> String { render(try tree(json: json).root) }

  private func failure(_ json: String, limits: XMLLimits = XMLLimits()) -> XMLReadingError? {
    failure(Array(json.utf8), limits)
  }

  private func failure(_ json: [UInt8], _ limits: XMLLimits = XMLLimits()) -> XMLReadingError? {
    do {
      _ = try tree(json: json, limits)
      return nil
    } catch { return error as? XMLReadingError }
  }

  @Test("is the tree of the same resource in XML")
  func sameAsXML() throws {
    let json = #"""
      {"resourceType":"Bundle","entry":[{"id":"e1","resource":{"id":"p","resourceType":"Patient","active":true,
      "extension":[{"url":"u","valueDecimal":2.90}],"name":[{"given":["a",null,"c"],"_given":[null,{"extension":
      [{"url":"x","valueCode":"y"}]}]}],"_birthDate":{"id":"b","extension":[{"url":"z"}]},"birthDate":"1990",
      "_gender":{"extension":[{"url":"q"}]},"contained":[{"resourceType":"Organization","id":"o"}]}}]}
      """#
    let xml = """
      <Bundle xmlns="http://hl7.org/fhir"><entry id="e1"><resource><Patient><id value="p"/><active value="true"/>\
      <extension url="u"><valueDecimal value="2.90"/></extension><name><given value="a"/><given><extension url="x">\
      <valueCode value="y"/></extension></given><given value="c"/></name><birthDate id="b" value="1990">\
      <extension url="z"/></birthDate><contained><Organization><id value="o"/></Organization></contained>\
      <gender><extension url="q"/></gender></Patient></resource></entry></Bundle>
      """
    #expect(try render(json: json) == render(try XMLTreeReader().read(xml).root))
  }

  @Test("numbers stay as written", arguments: ["2.90", "-0", "1E+2", "0.000", "123456789012345678901234567890.10"])
  func numbers(_ number: String) throws {
    let root = try tree(json: #"{"resourceType":"X","a":\#(number)}"#).root
    #expect(root.first("a")?.attribute("value") == number)
  }

  @Test("escapes become what they stand for")
  func escapes() throws {
    let root = try tree(json: #"{"resourceType":"X","a":"\u6d4b\ud83d\ude00\"\\\/\n\t"}"#).root
    #expect(root.first("a")?.attribute("value") == "测😀\"\\/\n\t")
  }

  @Test("keeps line and column, from the line it is told")
  func places() throws {
    let bytes = Array("{\"resourceType\":\"X\",\n  \"a\": 1}".utf8)
    let tree = try bytes.withUnsafeBufferPointer { try FHIRJSONTree.read($0, limits: XMLLimits(), line: 7) }
    let location = try #require(tree.root.first("a")).location
    #expect(location.line == 8)
    #expect(location.column == 8)
    #expect(location.path == "/X/a")
  }

  @Test(
    "what is no JSON is refused",
    arguments: [
      "", "  ", "{", "[1", #"{"a" 1}"#, #"{"a":1,}"#, "{'a':1}", #"{"a":01}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#,
      #"{"a":1e}"#, #"{"a":-}"#, #"{"a":nul}"#, #"{"a":NaN}"#, #"{"a":"x}"#, "{\"a\":\"x\ny\"}", #"{"a":"\x"}"#,
      #"{"a":"\ud800"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\udc00"}"#, #"{"a":"\u0000"}"#, #"{"a":"\u12g4"}"#,
      #"{"resourceType":"X"} x"#, #"{"resourceType":"X"}{"resourceType":"X"}"#, #"{"resourceType":"X","a":1,"a":2}"#,
      #"{"resourceType":"X","a":1,"b":{"a":1},"a":2}"#, #"{"resourceType":"X","a":1,"\u0061":2}"#,
      #"{"resourceType":"X","a":[[1]]}"#, "[]", "1", "{}", #"{"resourceType":1}"#, #"{"resourceType":"a b"}"#,
    ])
  func malformed(_ json: String) {
    #expect(failure(json)?.kind == .malformed, "\(json)")
  }

  @Test(
    "bytes that are not UTF-8 are refused",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE0, 0x80, 0x80], [0x80],
      [0xEF, 0xBF, 0xBF],
    ] as [[UInt8]])
  func notUTF8(_ bytes: [UInt8]) {
    let json = Array(#"{"resourceType":"X","a":""#.utf8) + bytes + Array(#""}"#.utf8)
    #expect(failure(json)?.kind == .encoding)
  }

  @Test("a byte order mark is passed over, and a name no element can have left out")
  func passedOver() throws {
    #expect(try render(tree(json: [0xEF, 0xBB, 0xBF] + Array(#"{"resourceType":"X"}"#.utf8)).root) == "<X>")
    #expect(try render(json: #"{"resourceType":"X","@t":1,"a b":{"c":1},"":2,"a":null,"b":[]}"#) == "<X>")
  }

  @Test("every limit is kept")
  func limits() {
    var limits = XMLLimits()
    limits.elements = 10
    #expect(failure(#"{"resourceType":"X","a":[1,2,3,4,5,6,7,8,9,10]}"#, limits: limits)?.kind == .limit)
    limits = XMLLimits()
    limits.attributeLength = 8
    #expect(failure(#"{"resourceType":"X","a":"123456789"}"#, limits: limits)?.kind == .limit)
    limits = XMLLimits()
    limits.textLength = 8
    #expect(failure(#"{"resourceType":"X","a":"12345","b":"12345"}"#, limits: limits)?.kind == .limit)
    let deep =
      #"{"resourceType":"X","a":"# + String(repeating: #"{"a":"#, count: 200) + "1" + String(repeating: "}", count: 201)
    #expect(failure(deep)?.kind == .limit)
    #expect(failure(String(repeating: "[", count: 1_000_000))?.kind == .limit)
    #expect(failure(String(repeating: #"{"a":"#, count: 1_000_000))?.kind == .limit)
  }

  @Test("a document cut anywhere is refused, never a crash")
  func cutAnywhere() {
    let bytes = Array(FHIRSample(observation: #""valueQuantity":{"value":2.90,"unit":"mmol/L"}"#).json.utf8)
    for end in 0..<bytes.count { #expect(failure(Array(bytes[..<end])) != nil) }
  }

  @Test("error texts hold names, never values")
  func noValues() throws {
    let error = try #require(failure(#"{"resourceType":"Patient","name":[{"text":"张某某","text":1}]}"#))
    #expect(!error.message.contains("张"))
    #expect(error.location.path == "/name")
  }
}
