import Clinical
import Testing
import XMLReading

@testable import Messages

/// The law of CDA: no value vanishes in silence. Documents made at random, of acts within acts, in which every value says something of its own:
/// it is found again in the report, or a finding names its place.
@Suite struct CDAWholeTests {
  /// Makes documents (xorshift64*: the same for the same seed).
  private struct Maker {
    private var state: UInt64
    private(set) var tokens: [String] = []

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func draw(_ below: Int) -> Int {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % below
    }

    mutating func pick(_ texts: [String]) -> String { texts[draw(texts.count)] }

    /// Words that stand nowhere else.
    mutating func token() -> String {
      tokens.append("w\(tokens.count)x")
      return tokens[tokens.count - 1]
    }

    /// A number that stands nowhere else.
    mutating func number() -> String {
      tokens.append("7\(1000 + tokens.count).5")
      return tokens[tokens.count - 1]
    }

    mutating func value() -> String {
      switch draw(20) {
      case 0: "<value xsi:type=\"ST\">\(token())</value>"
      case 1: "<value xsi:type=\"ED\">\(token()) and <br/>\(token())</value>"
      case 2: "<value xsi:type=\"PQ\" value=\"\(number())\" unit=\"mmol/L\"/>"
      case 3: "<value xsi:type=\"CD\" code=\"9\" displayName=\"\(token())\"/>"
      case 4: "<value xsi:type=\"CD\" nullFlavor=\"OTH\"><originalText>\(token())</originalText></value>"
      case 5:
        "<value xsi:type=\"CE\" code=\"9\" displayName=\"\(token())\"><originalText>\(token())</originalText></value>"
      case 6:
        "<value xsi:type=\"IVL_PQ\"><low value=\"\(number())\" unit=\"g\"/><high value=\"\(number())\" unit=\"g\"/></value>"
      case 7: "<value xsi:type=\"IVL_PQ\"><high value=\"\(number())\" inclusive=\"false\"/></value>"
      case 8:
        "<value xsi:type=\"RTO_PQ_PQ\"><numerator value=\"\(number())\" unit=\"mg\"/><denominator value=\"\(number())\" unit=\"g\"/></value>"
      case 9: "<value xsi:type=\"RTO\"><numerator value=\"\(number())\"/></value>"
      case 10: "<value xsi:type=\"SC\" code=\"9\">\(token())</value>"
      case 11: "<value xsi:type=\"TS\" value=\"20250301\(10 + draw(13))\"/>"
      case 12:
        "<value xsi:type=\"PQ\" nullFlavor=\"OTH\"><translation value=\"\(number())\"><originalText>\(token())</originalText></translation></value>"
      case 13: "<value>\(token())</value>"
      case 14: "<value value=\"\(number())\"/>"
      case 15: "<value xsi:type=\"INVENTED\"><part>\(token())</part></value>"
      case 16: "<value xsi:type=\"PPD_PQ\" value=\"\(number())\" unit=\"g\"><standardDeviation value=\"1\"/></value>"
      case 17: "<value xsi:type=\"IVL_TS\"><low value=\"2025030108\"/><high value=\"2025030109\"/></value>"
      case 18: "<value xsi:type=\"PQ\" value=\"\(token())\"/>"
      default: "<value xsi:type=\"URG_PQ\"><center value=\"\(number())\" unit=\"g\"/></value>"
      }
    }

    mutating func act(_ depth: Int) -> String {
      let below =
        depth > 4
        ? ""
        : (0..<draw(3)).map { _ in
          "<entryRelationship typeCode=\"\(pick(["COMP", "REFR", "SUBJ", "RSON"]))\">\(act(depth + 1))</entryRelationship>"
        }.joined()
      let mood = pick(["EVN", "EVN", "EVN", "EVN", "RQO"])
      switch draw(9) {
      case 0: return "<act classCode=\"ACT\" moodCode=\"\(mood)\"><code code=\"a\"/>\(below)</act>"
      case 1:
        return
          "<organizer classCode=\"CLUSTER\" moodCode=\"\(mood)\">\(below.replacing("entryRelationship", with: "component"))</organizer>"
      case 2: return "<procedure classCode=\"PROC\" moodCode=\"EVN\"><code code=\"p\"/>\(below)</procedure>"
      case 3: return "<act classCode=\"ACT\" moodCode=\"EVN\"><code code=\"48767-8\"/><text>\(token())</text></act>"
      default:
        let code = pick([
          "<code code=\"c\"/>", "<code code=\"d\" displayName=\"D\"/>", "<code nullFlavor=\"UNK\"/>",
          "<code code=\"92236-9\"/>", "",
        ])
        let values = (0..<[0, 1, 1, 1, 2][draw(5)]).map { _ in value() }.joined()
        let negation = draw(12) == 0 ? " negationInd=\"true\"" : ""
        return "<observation classCode=\"OBS\" moodCode=\"\(mood)\"\(negation)>\(code)\(values)\(below)</observation>"
      }
    }
  }

  @Test(arguments: 1...300) func everyValueIsFoundAgainOrSaid(seed: Int) throws {
    var maker = Maker(seed: UInt64(seed))
    let first =
      "<entry><observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"first\"/><value xsi:type=\"ST\">here</value></observation></entry>"
    let entries = first + (0..<4).map { _ in "<entry>\(maker.act(0))</entry>" }.joined()
    let root = try XMLTreeReader().read(CDAResultsTests.document(entries)).root
    var notes = ReadingNotes(ReadingContext())
    let message = try CDAReader.read(root, dialect: .cda, notes: &notes)
    #expect(notes.findings.count < 200)
    let said = Self.texts(try #require(message.reports.first))
    let places = Set(notes.findings.map(\.location.path))
    var isFound: [String: Bool] = [:]
    func look(_ element: XMLElement, _ isNamed: Bool) {
      // What is said of something that is itself left aside goes with it.
      if !element.isStatement || element.name == "procedure" || element.attribute("negationInd") == "true" {
        return values(element)
      }
      let isNamed = isNamed || places.contains(element.path)
      let own = (element.attributes.map(\.value) + [element.text]).joined(separator: " ")
      for token in maker.tokens where own.contains(token) {
        isFound[token] = isFound[token] == true || isNamed || said.contains(token)
      }
      for child in element.children { look(child, isNamed) }
    }
    func values(_ element: XMLElement) {
      for child in element.children { if child.name == "value" { look(child, false) } else { values(child) } }
    }
    look(root, false)
    #expect(isFound.filter { !$0.value }.keys.sorted() == [])
  }

  /// All that a report says, as one text.
  private static func texts(_ report: Report) -> String {
    Explanation(of: Message(dialect: .cda, messageID: nil, messageTime: report.messageTime, reports: [report]))
      .data.map(\.value).joined(separator: "\n")
  }
}

extension CDAWholeTests {
  /// A Chinese report of data elements in any order and number.
  private static func chinese(_ maker: inout Maker) -> String {
    func element(_ depth: Int) -> String {
      let nested =
        depth > 1
        ? "" : (0..<maker.draw(3)).map { _ in "<entryRelationship>\(element(depth + 1))</entryRelationship>" }.joined()
      let code = maker.pick([
        "DE04.30.019.00", "DE04.30.015.00", "DE04.30.015.00", "DE04.30.016.00", "DE04.30.017.00", "DE04.50.130.00",
        "DE04.50.131.00",
        "DE04.50.132.00", "DE04.50.134.00", "DE06.00.179.00", "DE04.30.020.00", "DE04.30.777.00", "",
      ])
      let name = code.isEmpty ? maker.pick(["参考值", "参考值下限", "参考值上限", "异常标志", "备用"]) : ""
      let isCoded = ["DE04.30.017.00", "DE04.30.019.00", "DE04.50.130.00", "DE04.50.134.00", "DE04.30.777.00"].contains(
        code)
      let value = maker.pick(["ST", "REAL", isCoded ? "CD" : "ST"])
      let text =
        switch value {
        case "REAL": "<value xsi:type=\"REAL\" value=\"\(maker.number())\"/>"
        case "CD": "<value xsi:type=\"CD\" code=\"9\" displayName=\"\(maker.token())\"/>"
        default: "<value xsi:type=\"ST\">\(maker.token())</value>"
        }
      return
        "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"\(code)\" displayName=\"\(name)\"/>\(text)\(nested)</observation>"
    }
    return (0..<3).map { _ in
      "<component><section>"
        + (0..<2).map { _ in
          let inside = (0..<maker.draw(6)).map { _ in "<component>\(element(0))</component>" }.joined()
          return "<entry><organizer>\(inside)</organizer></entry><entry>\(element(0))</entry>"
        }.joined() + "</section></component>"
    }.joined()
  }

  @Test(arguments: 1...100) func everyDataElementIsFoundAgainOrSaid(seed: Int) throws {
    var maker = Maker(seed: UInt64(seed))
    let isExam = maker.draw(2) == 0
    let sample = ChineseSample(
      template: isExam ? "2.16.156.10011.2.1.1.26" : "2.16.156.10011.2.1.1.27", code: isExam ? "C0006" : "C0007",
      body: Self.chinese(&maker))
    let root = try XMLTreeReader().read(sample.xml).root
    var notes = ReadingNotes(ReadingContext())
    let message = try CDAReader.read(root, dialect: .chineseCDA, notes: &notes)
    let said = Self.texts(try #require(message.reports.first))
    let places = Set(notes.findings.map(\.location.path))
    var lost: [String] = []
    func look(_ element: XMLElement, _ isNamed: Bool) {
      let isNamed = isNamed || places.contains(element.path)
      let own = (element.attributes.map(\.value) + [element.text]).joined(separator: " ")
      lost += maker.tokens.filter { own.contains($0) && !isNamed && !said.contains($0) }
      for child in element.children { look(child, isNamed) }
    }
    look(root, false)
    #expect(lost == [])
  }
}
