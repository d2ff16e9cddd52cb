import Clinical
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import RegistryStore
import Synchronization
import Testing

@testable import Registry
@testable import RegistryServer

/// Marked data goes in by every door in every wrong way; no mark may come out where logs, figures, errors or the chain are read.
@Suite("marked data")
struct CanaryTests {
  private enum Mark {
    static let name = "金丝雀甲"
    static let number = "999901199001017731"
    static let value = "77.31773"
    static let phone = "13977317731"
    static let address = "金丝雀路7731号"
    static let secret = "canary-secret-7731"
    static let words = "canary words 7731"
    static let element = "Canary7731"
    static let all = [name, number, value, phone, address, secret, words, "canary", "Canary"]
    static let json =
      "{\"patient\":{\"name\":\"\(name)\",\"identifiers\":[{\"type\":\"resident-id\",\"value\":\"\(number)\"}],"
      + "\"phone\":\"\(phone)\",\"address\":\"\(address)\",\"\(element)\":\"\(words)\"},\"value\":\(value)"
  }

  /// What goes in at each route, beside what goes in at every one. A route that is not here fails the test.
  private static let sent: [String: [String]] = {
    let order =
      Mark.json + ",\"orderId\":\"1\",\"setting\":\"outpatient\",\"orderedAt\":\"2026-05-20T09:00:00+08:00\","
      + "\"retestReason\":1,\"retestReasonText\":\"\(Mark.words)\",\"items\":[{\"item\":\"CREA\"}]}"
    let feedback =
      "{\"event\":\"1\",\"kind\":\"declined\",\"decisionId\":\"0\",\"item\":\"CREA\",\"at\":\"2026-05-20T09:00:00+08:00\","
      + "\"retestReason\":6,\"text\":\"\(Mark.words) \(Mark.name)\"}"
    let call = CDSBench.request(
      .orderSign, [CDSBench.draft("a", "CREA", ",\"note\":\"\(Mark.words)\"")], patient: Mark.number,
      residentID: Mark.number)
    let person = "{\"name\":\"\(Mark.element)\",\"password\":\"\(Mark.secret)\",\"code\":\"\(Mark.secret)\"}"
    let er7 = ServerBench.message("1").replacing("样^例甲", with: "\(Mark.name)").replacing(
      "A1^^^", with: "\(Mark.number)^^^"
    ).replacing("||19800101|M", with: "||1980\(Mark.element)|M|||\(Mark.address)||\(Mark.phone)")
      .replacing("|4.1|", with: "|\(Mark.value)|")
    let messages: [String] = [
      er7, er7.replacing("SYNTH-H1", with: "NOBODY"), er7.replacing("OBR|", with: "OB\(Mark.element)|"),
      "MSH|\(Mark.name)",
    ]
    let xml: [String] = [
      "<\(Mark.element) a='\(Mark.name)'>\(Mark.value)</\(Mark.element)>", "<a><\(Mark.element)>\(Mark.name)</a>",
      "<!DOCTYPE \(Mark.element) [<!ENTITY x '\(Mark.name)'>]><a>&x;</a>", "<a>&\(Mark.element);</a>",
      "<a \(Mark.element)=\(Mark.name)/>", "<\(Mark.element):a/>",
      "<?xml version='1.0' encoding='\(Mark.element)'?><a/>",
      "<ORU_R01 xmlns='urn:hl7-org:v2xml'><PID><PID.5>\(Mark.name)</PID.5><\(Mark.element)/></PID></ORU_R01>",
    ]
    func soap(_ header: String, _ body: String) -> String {
      "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Header>\(header)</s:Header><s:Body>\(body)</s:Body></s:Envelope>"
    }
    let fhir: [String] = [
      "{\"resourceType\":\"Bundle\",\"type\":\"\(Mark.element)\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"\(Mark.name)\"}],\"identifier\":[{\"value\":\"\(Mark.number)\"}],\"birthDate\":\"\(Mark.words)\"}}]}",
      "{\"resourceType\":\"\(Mark.element)\"}", "{\"\(Mark.element)\":", Mark.json + "}",
    ]
    let form =
      "grant_type=\(Mark.secret)&client_assertion=\(Mark.secret)&client_id=\(Mark.element)&client_secret=\(Mark.secret)"
    let soaps: [String] = [
      soap(
        "<k:\(Mark.element) xmlns:k='urn:k' s:mustUnderstand='1'>\(Mark.name)</k:\(Mark.element)>",
        "<HIPMessageServer/>"),
      soap("", "<\(Mark.element)>\(Mark.name)</\(Mark.element)>"),
      soap("", "<HIPMessageServer><message>\(Mark.name)</message></HIPMessageServer>"),
    ]
    let cards: [String] = [
      "{\"feedback\":[{\"card\":\"\(Mark.element)\",\"outcome\":\"\(Mark.words)\"}]}",
      "{\"feedback\":[{\"card\":\"\(Mark.secret)\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\"2026-05-20T09:00:00+08:00\","
        + "\"overrideReason\":{\"userComment\":\"\(Mark.words)\"}}]}",
    ]
    let envelope =
      "{\"request_id\":\"\(Mark.secret)\",\"hospital_code\":\"\(Mark.element)\",\"timestamp\":1,"
      + "\"data\":\"\(Mark.name)\",\"sign\":\"\(Mark.secret)\"}"
    let launch =
      "{\"practitioner\":\"P\",\"patient\":{\"name\":\"\(Mark.name)\",\"identifiers\":[{\"value\":\"\(Mark.number)\"}]}}"
    let typed = "grant_type=client_credentials&client_assertion_type=" + Mark.element
    var sent: [String: [String]] = [:]
    for path in [
      "GET /health", "GET /ready", "GET /metrics", "GET /openapi.json", "GET /soap",
      "GET /.well-known/smart-configuration", "GET /fhir/.well-known/smart-configuration", "GET /session",
      "POST /sign-out", "GET /launch/{code}", "GET /cds-services", "OPTIONS /cds-services",
      "OPTIONS /cds-services/{id}", "OPTIONS /cds-services/{id}/feedback",
    ] { sent[path] = [] }
    for path in ["/images/{ticket}/view", "/images/viewer.js", "/images/viewer.css"] { sent["GET " + path] = [] }
    for part in ImagePart.allCases {
      sent["GET " + part.direct.path] = []
      sent["GET " + part.byTicket.path] = []
    }
    let search =
      "patient.identifier=\(Mark.number)&identifier=\(Mark.element)|\(Mark.number)&name=\(Mark.name)&birthdate=\(Mark.words)"
    for route in Route.ofFHIR {
      sent["\(route.method) \(route.path)"] =
        route.method == .post
        ? [search, "patient=\(Mark.element)&code=\(Mark.words)&date=\(Mark.value)&\(Mark.element)=1", fhir[0]] : []
    }
    sent["POST /images"] = [
      Mark.json + ",\"studyInstanceUid\":\"1.2.3\",\"person\":\"\(Mark.element)\"}",
      "{\"studyInstanceUid\":\"\(Mark.number)\"}",
    ]
    let typedOnPages = [
      "number", "name", "birthDate", "reason", "text", "accept", "decline", "order", "person", "records", "institution",
      "report", "value", "event", "code", "password", "formToken", "answer",
    ].map { "\($0)=\(Mark.secret)" }.joined(separator: "&")
    for route in Route.ofPages { sent["\(route.method) \(route.path)"] = route.method == .post ? [typedOnPages] : [] }
    sent["POST /v1/decisions"] = [
      order, order + "\n" + order, order.replacing("\"CREA\"", with: "\"\(Mark.element)\""),
    ]
    sent["POST /v1/query"] = [Mark.json + "}", Mark.json + ",\"items\":[\"\(Mark.element)\"]}"]
    sent["POST /v1/feedback"] = [
      feedback, feedback.replacing("declined", with: Mark.element), feedback.replacing("2026-05", with: Mark.words),
    ]
    sent["POST /feeds"] = messages + xml + fhir
    sent["POST /fhir"] = fhir + xml
    sent["POST /soap"] = xml + soaps
    sent["POST /platform/v1/messages"] = [envelope, Mark.json + "}"]
    sent["POST /oauth/token"] = [form, form.replacing("grant_type=" + Mark.secret, with: typed)]
    sent["POST /enrol"] = [person]
    sent["POST /sign-in"] = [person, person.replacing("{", with: "{\"\(Mark.element)\":1,")]
    sent["POST /launch"] = [launch]
    sent["POST /cds-services/{id}"] = [
      call, call.replacing("order-sign", with: Mark.element), call.replacing("\"context\":{", with: "\"context\":["),
    ]
    sent["POST /cds-services/{id}/feedback"] = cards
    return sent
  }()

  private static let callers: [Caller] = Role.allCases.map {
    Caller(name: $0.rawValue, kind: .client, role: $0, institutions: ["SYNTH-H1"])
  }

  @Test("comes out of no log of whatever level, no figure, no error, no event and no file's name")
  func nowhere() async throws {
    #expect(
      Set(Self.sent.keys) == Set(Route.all.map { "\($0.method) \($0.path)" }),
      "a route that is new: say what marked data goes in there")
    let said = Mutex<[String]>([])
    var log = JSONLog(clock: { Instant(milliseconds: 0) }, write: { line in said.withLock { $0.append(line) } })
    log.logLevel = .trace
    let handler = log
    let logger = Logger(label: "canary") { _ in handler }
    let sample = try SampleRegistry()
    var configuration = ServerConfiguration()
    configuration.answersWithin = .seconds(60)
    let service = RegistryService(
      registry: sample.registry, configuration: configuration, logger: logger,
      authenticating: [NamedCallers(Self.callers)], cost: AccessBench.cost)
    let errors = Mutex<[String]>([])
    let app = Application(router: service.router(), logger: logger)
    try await app.test(.live) { client in
      let port = try #require(client.port)
      for route in Route.all { try await Self.attack(route, port) { answer in errors.withLock { $0.append(answer) } } }
    }
    try await MLLPBench.serving(service) { port in
      for message in Self.sent["POST /feeds"] ?? [] {
        _ = try await MLLPBench.exchange(
          port, [MLLPBench.framed(message), Array(Mark.name.utf8), [0x0B] + Array(Mark.name.utf8)], answers: 1)
      }
    }
    let lines = said.withLock { $0 }
    #expect(
      lines.count > 500 && lines.contains { $0.contains("\"level\":\"trace\"") || $0.contains("\"level\":\"debug\"") })
    Self.expectNone(lines, "the log")
    let refused = errors.withLock { $0 }
    #expect(refused.count > 500)
    Self.expectNone(refused, "an error")
    Self.expectNone([service.metrics.factory.text], "the figures")
    var bodies: [String] = []
    try sample.registry.store.read { snapshot in
      try snapshot.eachChainedEvent { bodies.append($0.event.id + $0.event.body) }
    }
    #expect(bodies.count > 20)
    Self.expectNone(bodies, "the chain")
    let files = FileManager.default.enumerator(atPath: sample.folder.path)?.compactMap { $0 as? String } ?? []
    Self.expectNone(files, "the folder")
  }

  private static func expectNone(_ texts: [String], _ place: String) {
    for text in texts {
      for mark in Mark.all where text.contains(mark) {
        Issue.record("\(place) says \(mark): \(text.prefix(700))")
        break
      }
    }
  }

  /// - Parameter refused: told every answer that is an error.
  private static func attack(_ route: Route, _ port: Int, _ refused: (String) -> Void) async throws {
    let own = sent["\(route.method) \(route.path)"] ?? []
    let everywhere = [Mark.json, Mark.json + "}", "\(Mark.name)\n\(Mark.secret)", ""]
    let path = route.path.replacing("{id}", with: "huren-order-sign").replacing("{code}", with: Mark.secret)
      .replacing(/\{[a-z]+\}/, with: Mark.secret)
    let may = callers.first { route.permits($0.role) }?.name
    let not = callers.first { !route.permits($0.role) }?.name
    let query = "?\(Mark.element)=\(Mark.secret)&wsdl&namespace=\(Mark.secret)&record=\(Mark.element)"
    let ways: [(path: String, caller: String?, fields: [String])] = [
      (path, may, ["Content-Type: application/json", "Huren-Reason: \(Mark.words)"]),
      (path, may, ["Content-Type: \(Mark.secret)/\(Mark.element)"]),
      (path, may, ["Content-Type: application/x-www-form-urlencoded", "Content-Encoding: \(Mark.element)"]),
      (
        path, may,
        [
          "Content-Type: application/x-ndjson", "Cookie: __Host-huren=\(Mark.secret)",
          "Huren-Form-Token: \(Mark.secret)",
        ]
      ),
      (
        path, may,
        [
          "Huren-Institution: \(Mark.element)", "Accept: \(Mark.element)/xml",
          "Origin: https://\(Mark.element).example",
        ]
      ),
      (
        path + query, may,
        ["X-Request-ID: \(Mark.secret)", "X-Forwarded-For: \(Mark.secret)", "User-Agent: \(Mark.element)"]
      ),
      (path + "/" + Mark.secret, may, []), (path, not, []), (path, "Bearer \(Mark.secret)", []),
      (path, "Bearer \(Mark.secret).\(Mark.secret).\(Mark.secret)", []), (path, nil, []),
    ]
    for way in ways {
      for body in own + everywhere {
        let fields = way.fields + ["Content-Length: \(body.utf8.count)"]
        let text = RawHTTP.head(route.method.rawValue, way.path, fields, as: way.caller) + body
        note(try await RawHTTP.send(port, text), route, refused)
      }
    }
    for method in ["HEAD", "PUT", Mark.element.uppercased(), "TRACE"] {
      note(try await RawHTTP.send(port, RawHTTP.head(method, path, ["Content-Length: 0"], as: may)), route, refused)
    }
    let long = String(repeating: Mark.secret, count: 10_000)
    for broken in [
      RawHTTP.head(route.method.rawValue, path, ["X-A: \(long)"]),
      RawHTTP.head(route.method.rawValue, path + "?" + long),
      RawHTTP.head(route.method.rawValue, path, ["Transfer-Encoding: chunked"], as: may)
        + "\(Mark.secret)\r\n\(Mark.secret)\r\n",
      RawHTTP.head(route.method.rawValue, path, ["\(Mark.element) : \(Mark.secret)"]),
      "\(Mark.secret) \(Mark.name)\r\n\r\n",
    ] { note(try await RawHTTP.send(port, broken), route, refused) }
  }

  private static func note(_ answer: String, _ route: Route, _ refused: (String) -> Void) {
    guard let status = RawHTTP.status(answer) else { return }
    if status >= 400 { refused("\(route.path): \(answer)") }
    let isSaid = route == .ready && status == 503 || route == .soap && answer.contains("</soap:Fault>")
    #expect(status < 500 || isSaid, "\(route.path): \(answer.prefix(300))")
  }
}
