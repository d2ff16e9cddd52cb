import Clinical
import Foundation
import HTTPTypes
import Recognition
import Registry
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("CDS Hooks: cards")
struct CDSCardTests {
  @Test("a card's uuid is a UUID and leads back to decision and item")
  func ids() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let decision = String((0..<32).map { _ in Array("0123456789abcdef").randomElement(using: &generator) ?? "0" })
      let id = CardID(decision: decision, item: .random(in: 0..<CardID.itemLimit, using: &generator))
      let uuid = try #require(UUID(uuidString: id.description))
      let bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
      #expect(bytes[6] >> 4 == 8 && bytes[8] >> 6 == 2)
      for form in [id.description, id.description.uppercased()] {
        let read = try #require(CardID(form))
        #expect(read == id && decision.hasPrefix(read.decision))
      }
      #expect(id.suggestion.description != id.description && CardID(id.suggestion.description)?.item == id.item)
    }
    for text in [
      "", "x", "4e0a3a1e-3283-4575-ab82-028d55fe2719", "4e0a3a1e-3283-8575-0b82-028d55fe2719",
      "4e0a3a1e32838575ab82028d55fe2719",
    ] {
      #expect(CardID(text) == nil)
    }
  }

  @Test(
    "words from outside are read as themselves in Markdown",
    arguments: [
      ("2.90", "2.90"), ("<0.01", "&lt;0.01"), ("10*9/L", #"10\*9/L"#), ("3.5-5.3", "3.5-5.3"),
      ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"), ("a & b &lt;", "a &amp; b &amp;lt;"),
      ("[x](http://evil.example)", #"\[x\](http\://evil.example)"#), ("www.evil.example", #"www\.evil.example"#),
      ("![](a)", #"\!\[\](a)"#), ("~~gone~~", #"\~\~gone\~\~"#), ("`code` **b** _i_", #"\`code\` \*\*b\*\* \_i\_"#),
      ("a|b", #"a\|b"#), ("a\n\n# b\r\n- c", ##"a \# b - c"##), ("a\u{202E}b\u{0}c\u{7}", "ab c "),
      ("x@y.example", #"x\@y.example"#),
      (#"\<b>"#, #"\\&lt;b&gt;"#), ("阳性 (+)", "阳性 (+)"),
    ])
  func markdown(words: String, expected: String) {
    #expect(Markdown.escaped(words) == expected)
  }

  @Test("a text is cut where no number and no word is broken")
  func cuts() {
    let text = "双肺纹理增多, 右上肺见结节约 12.5 mm × 8 mm, CT 值 -650HU; no effusion, 2.90 cm²"
    for room in 1...text.utf16.count + 1 {
      let cut = CardText.cut(text, to: room)
      #expect(cut.utf16.count <= max(room, 1))
      if cut == text { continue }
      #expect(cut.last == "…")
      let kept = cut.dropLast()
      #expect(text.hasPrefix(kept))
      // The number that follows or ends here stands there whole.
      let next = text[text.index(text.startIndex, offsetBy: kept.count)]
      #expect(!(kept.last.map { $0.isNumber || $0 == "." } ?? false) || !(next.isNumber || next == "."))
    }
    #expect(CardText.cut("123456", to: 4) == "…")
    #expect(CardText.cut("abcdefgh", to: 4) == "abc…")
    #expect(CardText.cut("👨‍👩‍👧‍👦家", to: 5) == "…")
  }

  private struct Row {
    var order: String
    var item: String
    var outcome: String
    var values: [String]
  }

  /// The samples' orders as drafts: each card there that should be, no other, and every rule kept.
  @Test("of the samples' orders each that can be recognised has a card, and none else has")
  func samples() async throws {
    let bench = try await CDSBench()
    let lines = try String(contentsOf: CDSBench.samples.appending(path: "orders.ndjson"), encoding: .utf8)
      .split(separator: "\n").map { try JSONValue(Array($0.utf8)) }
    let table = try String(contentsOf: CDSBench.samples.appending(path: "expected-decisions.tsv"), encoding: .utf8)
    var expected: [String: [String: String]] = [:]
    for row in table.split(separator: "\n").map({ $0.split(separator: "\t", omittingEmptySubsequences: false) }) {
      expected[String(row[0]), default: [:]][String(row[1])] = String(row[2])
    }
    var cards = 0
    for line in lines {
      let id = line["orderId"]?.text ?? ""
      guard let outcomes = expected[id], line["retestReason"] == nil else { continue }
      let institution = line["orderingInstitution"]?.text ?? ""
      let drafts = (line["items"]?.elements ?? []).enumerated().map { place, item in
        let site = item["bodySite"]?.text.map {
          #","bodySite":[{"coding":[{"code":"\#($0)"}]},{"coding":[{"code":"R"}]}]"#
        }
        return CDSBench.draft(
          "d\(place)", item["item"]?.text ?? item["localCode"]?.text ?? "",
          system: item["item"] == nil ? "http://ehr.example/tests" : "urn:huren:item", site ?? "")
      }
      let kind = ["emergency": "EMER", "inpatient": "IMP"][line["setting"]?.text ?? ""] ?? "AMB"
      let number = line["patient"]?["identifiers"]?.elements?.first?["value"]?.text ?? ""
      bench.set(line["orderedAt"]?.text ?? "")
      let body = CDSBench.request(
        .orderSign, drafts,
        prefetch:
          #"{"patient":\#(CDSBench.patient(number)),"e":{"resourceType":"Encounter","id":"E","class":{"code":"\#(kind)"}}}"#,
        context: #","encounterId":"E""#)
      let answer = try await bench.call(.post, "/cds-services/huren-order-sign", body, as: "ehr@\(institution)")
      #expect(answer.status == 200, "\(id)")
      #expect(CDSRules.problems(ofAnswer: answer.json) == [], "\(id)")
      let open = outcomes.filter { $0.value == "recognise" || $0.value == "recognise-in-part" }
      #expect(answer.cards.count == open.count, "\(id)")
      #expect(answer.headers[.contentType] == "application/json")
      cards += answer.cards.count
      for card in answer.cards {
        let actions = card["suggestions"]?.elements?.first?["actions"]?.elements ?? []
        let isPart = open.values.contains("recognise-in-part")
        #expect(actions.first?["type"]?.text == (isPart ? "update" : "delete"), "\(id)")
        #expect(
          card["overrideReasons"]?.elements?.compactMap { $0["code"]?.text } == [
            "1", "2", "3", "4", "5", "6", "98", "99",
          ])
        #expect(card["source"]?["topic"]?["code"]?.text == "prior-result")
        #expect(
          card["links"]?.elements?.first?["url"]?.text?.hasPrefix("https://huren.example/clinician/decisions/") == true)
      }
    }
    #expect(cards > 12)
  }

  @Test("values stand first and as they were sent; the newest card is the first; abnormal is a warning")
  func words() async throws {
    let bench = try await CDSBench(feeds: false)
    let message = [
      #"MSH|^~\&|LIS|SYNTH-H1|||20260518100000||ORU^R01^ORU_R01|M1|P|2.5.1|||||CHN|UNICODE UTF-8"#,
      "PID|1||A1^^^SYNTH-H1^MR~999901196205141019^^^CN^NI||样例子||19620514|M",
      "OBR|1||R1|A-K^钾^L|||20260518080000|||||||||||||||20260518090000||LAB|F",
      "OBX|1|NM|A-K^钾^L||2.90|mmol/L|3.5-5.3|L|||F", "NTE|1||see [here](http://evil.example) <b>now</b>",
      "OBR|2||R2|A-NA^钠^L|||20260519080000|||||||||||||||20260519090000||LAB|F",
      "OBX|1|NM|A-NA^钠^L||140|mmol/L|137-147|N|||F", "",
    ].joined(separator: "\r")
    #expect(try await bench.registry.submit(Array(message.utf8), label: "test").acknowledgement.outcome == .accepted)
    bench.set("2026-05-20T09:00:00+08:00")
    let drafts = [CDSBench.draft("k", "K"), CDSBench.draft("na", "NA")]
    let body = CDSBench.request(.orderSign, drafts, residentID: "999901196205141019")
    let answer = try await bench.call(.post, "/cds-services/huren-order-sign", body)
    #expect(CDSRules.problems(ofAnswer: answer.json) == [])
    try #require(answer.cards.count == 2)
    #expect(answer.cards.compactMap { $0["indicator"]?.text } == ["info", "warning"])
    let summaries = answer.cards.compactMap { $0["summary"]?.text }
    #expect(summaries.count == 2 && summaries[0].hasPrefix("140 mmol/L · "), "\(summaries)")
    #expect(summaries[1].hasPrefix("2.90 mmol/L · ") && summaries[1].contains("2026-05-18 08:00"), "\(summaries)")
    let details = answer.cards.compactMap { $0["detail"]?.text }
    #expect(details.allSatisfy { !$0.contains("<") && !$0.contains("http:") })
    #expect(details[1].contains("2.90 mmol/L") && details[1].contains("3.5-5.3") && details[1].contains("abnormal 异常"))
    // The same question at the same moment has the same cards; nobody else's question gets them.
    #expect(try await bench.call(.post, "/cds-services/huren-order-sign", body).body == answer.body)
  }

  @Test(
    "of a part, the draft becomes the first that is still to be done, and the others are ordered too, unless they are already"
  )
  func parts() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-18T09:00:00+08:00")
    // The blood count of order 04: haemoglobin and haematocrit are too old.
    let more = #","identifier":[{"value":"4711"}],"note":[],"priority":null,"quantityQuantity":{"value":1.00}"#
    func actions(_ drafts: [String]) async throws -> [JSONValue] {
      let body = CDSBench.request(.orderSign, drafts, residentID: "99990119830317258X")
      let answer = try await bench.call(.post, "/cds-services/huren-order-sign", body, as: "ehr@SYNTH-H9")
      #expect(CDSRules.problems(ofAnswer: answer.json) == [])
      return answer.cards.first?["suggestions"]?.elements?.first?["actions"]?.elements ?? []
    }
    let both = try await actions([CDSBench.draft("cbc", "CBC", more)])
    #expect(both.compactMap { $0["type"]?.text } == ["update", "create"])
    let codes = both.map { $0["resource"]?["code"]?["coding"]?.elements?.first?["code"]?.text }
    #expect(codes == ["HCT", "HGB"])
    #expect(both.map { $0["resource"]?["id"]?.text } == ["cbc", nil])
    #expect(both.map { $0["resource"]?["identifier"] != nil } == [true, false])
    // What was sent is kept as it was sent.
    #expect(both.allSatisfy { $0.json.contains("1.00") && $0["resource"]?["status"]?.text == "draft" })
    let one = try await actions([CDSBench.draft("cbc", "CBC"), CDSBench.draft("hct", "HCT")])
    #expect(one.compactMap { $0["type"]?.text } == ["update"])
    #expect(one.first?["resource"]?["code"]?["coding"]?.elements?.first?["code"]?.text == "HGB")
    let none = try await actions([
      CDSBench.draft("cbc", "CBC"), CDSBench.draft("hct", "HCT"), CDSBench.draft("hgb", "HGB"),
    ])
    #expect(none.compactMap { $0["type"]?.text } == ["delete"])
    #expect(none.first?["resourceId"]?.text == "ServiceRequest/cbc")
  }

  @Test("at a visit there is one card, or none; it asks for no feedback")
  func visit() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    let known = CDSBench.request(.patientView, [], residentID: "999901196205141019")
    let answer = try await bench.call(.post, "/cds-services/huren-patient-view", known, as: "ehr@SYNTH-H4")
    #expect(answer.cards.count == 1 && CDSRules.problems(ofAnswer: answer.json) == [])
    #expect(answer.cards.first?["uuid"] == nil && answer.cards.first?["suggestions"] == nil)
    #expect(answer.cards.first?["detail"]?.text?.contains("4.32") == true)
    for other in ["999901197001010010", "x"] {
      let nobody = CDSBench.request(.patientView, [], residentID: other)
      #expect(try await bench.call(.post, "/cds-services/huren-patient-view", nobody).body == #"{"cards":[]}"#)
    }
  }
}
