import Clinical
import Foundation
import HTTPTypes
import Registry
import Savings
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("CDS Hooks: the service")
struct CDSServiceTests {
  private static let sign = "/cds-services/huren-order-sign"
  private static let potassium = CDSBench.request(
    .orderSign, [CDSBench.draft("lytes", "LYTES")], residentID: "999901196205141019")

  @Test("anybody discovers the services; what they say keeps the rules")
  func discovery() async throws {
    let bench = try await CDSBench(feeds: false)
    let answer = try await bench.call(.get, "/cds-services", as: nil)
    #expect(answer.status == 200 && CDSRules.problems(ofDiscovery: answer.json) == [])
    let services = answer.json["services"]?.elements ?? []
    #expect(services.compactMap { $0["id"]?.text } == ["huren-order-select", "huren-order-sign", "huren-patient-view"])
    #expect(services.allSatisfy { $0["prefetch"]?["patient"]?.text == "Patient/{{context.patientId}}" })
  }

  @Test("who may: an order-entry system, for an institution it is registered for; the request does not say which")
  func whoMay() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    func status(_ token: String?, _ headers: HTTPFields = [:], path: String = CDSServiceTests.sign) async throws -> Int
    {
      try await bench.call(.post, path, CDSServiceTests.potassium, as: token, headers).status
    }
    #expect(try await status(nil) == 401)
    #expect(try await status("source:lis@SYNTH-H4") == 403)
    #expect(try await status("auditor:eye@SYNTH-H4") == 403)
    #expect(try await status("ehr@SYNTH-H4") == 200)
    #expect(try await status("ehr@SYNTH-H4;SYNTH-H1") == 400)
    #expect(try await status("ehr@SYNTH-H4;SYNTH-H1", [.hurenInstitution: "SYNTH-H4"]) == 200)
    #expect(try await status("ehr@SYNTH-H4", [.hurenInstitution: "SYNTH-H1"]) == 403)
    #expect(try await status(nil, path: "/cds-services/no-such") == 401)
    #expect(try await status("ehr@SYNTH-H4", path: "/cds-services/no-such") == 404)
    #expect(try await status("ehr@SYNTH-H4", path: "/cds-services/no-such/feedback") == 404)
    #expect(try await status("ehr@SYNTH-H4", path: "/cds-services/huren-order-select") == 400)
    let large = String(repeating: " ", count: 5 << 20) + CDSServiceTests.potassium
    #expect(try await bench.call(.post, CDSServiceTests.sign, large).status == 413)
    let malformed = try await bench.call(.post, CDSServiceTests.sign, "{}")
    #expect(malformed.status == 400)
    #expect(malformed.json["error"]?["code"]?.text == "malformed" && malformed.json["error"]?["field"]?.text == "hook")
  }

  @Test("a patient whom nobody knows, an order of nothing of ours: no card, and no error")
  func silence() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    for (drafts, id) in [
      ([CDSBench.draft("a", "LYTES")], "999901197001010010"), ([CDSBench.draft("a", "NOSUCH")], "999901196205141019"),
      ([], "999901196205141019"), ([CDSBench.draft("a", "MRHEAD")], "999901196205141019"),
    ] {
      let answer = try await bench.call(
        .post, CDSServiceTests.sign, CDSBench.request(.orderSign, drafts, residentID: id))
      #expect(answer.status == 200 && answer.body == #"{"cards":[]}"#)
    }
  }

  @Test("what is not answered in time is an answer without cards, and no prompt")
  func late() async throws {
    let bench = try await CDSBench(within: .zero)
    bench.set("2026-05-20T09:00:00+08:00")
    let answer = try await bench.call(.post, CDSServiceTests.sign, CDSServiceTests.potassium)
    #expect(answer.status == 200 && answer.body == #"{"cards":[]}"#)
    let visit = CDSBench.request(.patientView, [], residentID: "999901196205141019")
    #expect(try await bench.call(.post, "/cds-services/huren-patient-view", visit).body == #"{"cards":[]}"#)
    #expect(try books(bench).responses.prompts == 0)
  }

  @Test("without prefetch the patient is found by the number that the institution gave")
  func localNumber() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    var number: String?
    try bench.registry.eachPerson { person in
      guard person.numbers.contains(where: { $0.number.value == "999901197908081117" }) else { return }
      let records = person.records.filter { $0.institution == "SYNTH-H5" }
      number = records.flatMap(\.numbers).first { $0.type == "local" }?.value
    }
    let local = try #require(number)
    let body = CDSBench.request(.orderSign, [CDSBench.draft("a", "A1C")], patient: local)
    let answer = try await bench.call(.post, CDSServiceTests.sign, body, as: "ehr@SYNTH-H5")
    #expect(answer.cards.count == 1)
    // The same number elsewhere is somebody else's, or nobody's.
    #expect(try await bench.call(.post, CDSServiceTests.sign, body, as: "ehr@SYNTH-H3").cards.isEmpty)
  }

  // MARK: Feedback

  private func feedback(_ entries: String...) -> String { #"{"feedback":[\#(entries.joined(separator: ","))]}"# }

  private func entry(
    _ card: String, _ outcome: String, at: String = "2026-05-20T01:05:00Z", _ more: String = ""
  ) -> String {
    #"{"card":"\#(card)","outcome":"\#(outcome)","outcomeTimestamp":"\#(at)"\#(more)}"#
  }

  private func reason(_ code: String, _ system: String? = "urn:huren:retest-reason", comment: String? = nil) -> String {
    let system = system.map { #","system":"\#($0)""# } ?? ""
    return
      #","overrideReason":{"reason":{"code":"\#(code)"\#(system)}\#(comment.map { #","userComment":"\#($0)""# } ?? "")}"#
  }

  private func books(_ bench: CDSBench) throws -> (responses: PromptFigures, grossFen: Int) {
    let at = RegistryZone.shanghai.instant("2026-07-01T00:00:00+08:00") ?? bench.registry.now
    let total = try bench.registry.auditSavings(AuditScope(at: at)).figures.total
    return (total.responses, total.grossFen)
  }

  private static let path = sign + "/feedback"

  @Test(
    "an order asked when it is selected and when it is signed is one prompt, and what becomes of either card is its answer"
  )
  func oneOrder() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    let select = CDSBench.request(
      .orderSelect, [CDSBench.draft("lytes", "LYTES")], select: [#""ServiceRequest/lytes""#],
      residentID: "999901196205141019")
    let first = try await bench.call(.post, "/cds-services/huren-order-select", select).cards
    bench.set("2026-05-20T09:04:00+08:00")
    let second = try await bench.call(.post, CDSServiceTests.sign, CDSServiceTests.potassium).cards
    let ids = (first + second).compactMap { $0["uuid"]?.text }
    #expect(ids.count == 2 && Set(ids).count == 2)
    #expect(try books(bench).responses.prompts == 1)
    let answer = try await bench.call(.post, CDSServiceTests.path, feedback(entry(ids[0], "accepted")))
    #expect(answer.status == 200 && answer.json["taken"] == .number("1"), "\(answer.body)")
    let figures = try books(bench)
    #expect(figures.responses.accepted == 1 && figures.responses.prompts == 1 && figures.grossFen == 3000)
  }

  @Test("accepted, overridden with and without a reason; twice, in any order, and after a restart")
  func outcomes() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-20T09:00:00+08:00")
    let card = try #require(try await bench.call(.post, CDSServiceTests.sign, CDSServiceTests.potassium).cards.first)
    let id = try #require(card["uuid"]?.text)
    func send(_ body: String, of service: RegistryService? = nil, as token: String = "ehr@SYNTH-H4") async throws
      -> JSONValue
    {
      let answer = try await bench.call(.post, CDSServiceTests.path, body, as: token, of: service)
      #expect(answer.status == 200)
      #expect(!answer.body.contains("null") && !answer.body.contains("[]"))
      return answer.json
    }
    // Put away without a word: no answer.
    #expect(try await send(feedback(entry(id, "overridden")))["withoutReason"] == .number("1"))
    #expect(try books(bench).responses.noResponse == 1)
    // Declined later than accepted, but told before.
    let late = entry(id, "overridden", at: "2026-05-20T02:00:00Z", reason("3"))
    #expect(try await send(feedback(late))["taken"] == .number("1"))
    let restarted = try bench.restarted()
    let early = entry(id.uppercased(), "accepted", at: "2026-05-20T01:30:00Z", #","acceptedSuggestions":[{"id":"x"}]"#)
    #expect(try await send(feedback(early), of: restarted)["taken"] == .number("1"))
    var figures = try books(bench)
    #expect(figures.responses.declined == 1 && figures.responses.accepted == 0)
    // All of it again is known.
    let again = try await send(feedback(late, early))
    #expect(again["taken"] == .number("0") && again["known"] == .number("2"))
    // 98 is no refusal.
    _ = try await send(feedback(entry(id, "overridden", at: "2026-05-20T03:00:00Z", reason("98"))))
    figures = try books(bench)
    #expect(figures.responses.declined == 0 && figures.responses.notRefusals == 1)
    // The card is nobody's elsewhere.
    let foreign = try await send(feedback(entry(id, "accepted", at: "2026-05-20T04:00:00Z")), as: "ehr@SYNTH-H1")
    #expect(foreign["refused"]?.elements?.first?["code"]?.text == "unknown-card")
    #expect(try books(bench).responses.accepted == 0)
    #expect(try bench.registry.check().problems == [])
  }

  @Test(
    "a reason is a national one, the institution's own, or in words; 6 needs words",
    arguments: [
      (#","overrideReason":{"reason":{"code":"1","system":"urn:huren:retest-reason"}}"#, "1"),
      (#","overrideReason":{"reason":{"code":"R02"}}"#, "2"), (#","overrideReason":{"reason":{"code":"99"}}"#, "99"),
      (#","overrideReason":{"userComment":"asked for by the patient"}"#, "6"),
      (#","overrideReason":{"reason":{"code":"6","system":"urn:huren:retest-reason"},"userComment":"so"}"#, "6"),
      (
        #","overrideReason":{"reason":{"code":"patient-requested-brand","system":"http://terminology.cds-hooks.org/CodeSystem/OverrideReasons"}}"#,
        "6"
      ),
      (#","overrideReason":{"reason":{"code":"1","system":"http://ehr.example/reasons","display":"no time"}}"#, "6"),
      (#","overrideReason":{"code":"4","system":"urn:huren:retest-reason"}"#, "4"),
      (#","overrideReason":{"reason":{"code":"6","system":"urn:huren:retest-reason"}}"#, nil),
      (#","overrideReason":{"reason":{"code":"7","system":"urn:huren:retest-reason"}}"#, "6"),
    ] as [(String, String?)])
  func reasons(more: String, expected: String?) async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-25T11:00:00+08:00")
    let body = CDSBench.request(
      .orderSign, [CDSBench.draft("a", "1127", system: "http://ehr.example/tests")],
      residentID: try CDSServiceTests.eleventh())
    let id = try #require(
      try await bench.call(.post, CDSServiceTests.sign, body, as: "ehr@SYNTH-H2").cards.first?["uuid"]?.text)
    let answer = try await bench.call(
      .post, CDSServiceTests.path, feedback(entry(id, "overridden", at: "2026-05-25T03:05:00Z", more)),
      as: "ehr@SYNTH-H2")
    #expect(answer.status == 200)
    let figures = try books(bench)
    if let expected {
      #expect(answer.json["taken"] == .number("1"), "\(answer.body)")
      #expect(figures.responses.reasons == [expected: 1])
    } else {
      #expect(answer.json["refused"]?.elements?.first?["code"]?.text == "missing-field")
    }
  }

  /// The resident ID of the samples' eleventh patient, whose lipids order 22 asks about.
  private static func eleventh() throws -> String {
    let lines = try String(contentsOf: CDSBench.samples.appending(path: "orders.ndjson"), encoding: .utf8)
    let line = try #require(lines.split(separator: "\n").first { $0.contains("\"22-") })
    return try #require(
      JSONValue(Array(line.utf8))["patient"]?["identifiers"]?.elements?.first?["value"]?.text)
  }

  @Test(
    "feedback that says nothing is malformed; of several entries the good ones are taken",
    arguments: [
      ("", nil), ("{}", "feedback"), (#"{"feedback":[]}"#, "feedback"), (#"{"feedback":{}}"#, "feedback"),
      (#"{"feedback":[null]}"#, "feedback[0].card"), (#"{"feedback":[{"card":"x"}]}"#, "feedback[0].outcome"),
      (#"{"feedback":[{"card":"x","outcome":"ignored"}]}"#, "feedback[0].outcome"),
      (#"{"feedback":[{"card":"x","outcome":"accepted"}]}"#, "feedback[0].outcomeTimestamp"),
      (
        #"{"feedback":[{"card":"x","outcome":"accepted","outcomeTimestamp":"2020-12-11T00:00:00Z UTC"}]}"#,
        "feedback[0].outcomeTimestamp"
      ),
      (#"{"card":"x","outcome":"accepted","outcomeTimestamp":"2020-12-11T00:00:00Z"}"#, "feedback"),
    ] as [(String, String?)])
  func malformedFeedback(body: String, field: String?) async throws {
    let bench = try await CDSBench(feeds: false)
    let answer = try await bench.call(.post, CDSServiceTests.path, body)
    #expect(answer.status == 400 && answer.json["error"]?["field"]?.text == field, "\(answer.body)")
    if field == "feedback[0].outcome" {
      let mixed = body.replacing("]}", with: ",\(entry("4e0a3a1e-3283-4575-ab82-028d55fe2719", "accepted"))]}")
      let answer = try await bench.call(.post, CDSServiceTests.path, mixed)
      #expect(answer.status == 200)
      #expect(answer.json["refused"]?.elements?.compactMap { $0["code"]?.text } == ["malformed", "unknown-card"])
    }
  }

  // MARK: Browsers

  @Test("a browser may call from the pages that are configured, and discover from any; errors can be read too")
  func crossOrigin() async throws {
    var configuration = ServerConfiguration()
    configuration.cdsOrigins = ["https://ehr.example"]
    let bench = try await CDSBench(feeds: false, configuration: configuration)
    func allowed(_ method: HTTPRequest.Method, _ path: String, from origin: String?, as token: String? = nil)
      async throws
      -> (Int, String?, String?)
    {
      var headers: HTTPFields = [.accessControlRequestMethod: "POST"]
      if let origin { headers[.origin] = origin }
      let answer = try await bench.call(method, path, method == .post ? "{}" : nil, as: token, headers)
      return (answer.status, answer.headers[.accessControlAllowOrigin], answer.headers[.accessControlAllowHeaders])
    }
    for path in [CDSServiceTests.sign, CDSServiceTests.path] {
      let preflight = try await allowed(.options, path, from: "https://ehr.example")
      #expect(
        preflight.0 == 204 && preflight.1 == "https://ehr.example" && preflight.2?.contains("Authorization") == true)
      #expect(try await allowed(.options, path, from: "https://evil.example").1 == nil)
      let refused = try await allowed(.post, path, from: "https://ehr.example")
      #expect(refused.0 == 401 && refused.1 == "https://ehr.example")
      let malformed = try await allowed(.post, path, from: "https://ehr.example", as: "ehr@SYNTH-H4")
      #expect(malformed.0 == 400 && malformed.1 == "https://ehr.example")
      #expect(try await allowed(.post, path, from: "https://evil.example", as: "ehr@SYNTH-H4").1 == nil)
      #expect(try await allowed(.post, path, from: "null", as: "ehr@SYNTH-H4").1 == nil)
    }
    #expect(try await allowed(.get, "/cds-services", from: "https://any.example").1 == "*")
    let discovery = try await allowed(.options, "/cds-services", from: "https://any.example")
    #expect(discovery.0 == 204 && discovery.1 == "*" && discovery.2?.contains("Authorization") == true)
    #expect(try await allowed(.get, "/health", from: "https://ehr.example").1 == nil)
  }

  @Test("an origin is written as one")
  func origins() throws {
    let read = try ServerConfiguration(
      yaml: "cdsHooks:\n  origins: [\"https://ehr.example\", \"http://127.0.0.1:8080\"]\n")
    #expect(read.cdsOrigins == ["https://ehr.example", "http://127.0.0.1:8080"])
    for wrong in ["*", "https://*.example", "https://ehr.example/", "ehr.example", "null"] {
      #expect(throws: ConfigurationProblem.self) {
        _ = try ServerConfiguration(yaml: "cdsHooks:\n  origins: [\"\(wrong)\"]\n")
      }
    }
  }
}
