import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Recognition
import Registry
import RegistryStore
import Savings
import Synchronization
import Testing

@testable import RegistryServer

@Suite("the question over the network")
struct QuestionTests {
  private static let asks = HTTPFields(dictionaryLiteral: (.authorization, "orders-SYNTH-H4"))
  private static let order = """
    {"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"999901196205141019"}]},\
    "setting":"outpatient","orderedAt":"2026-05-20T09:00:00+08:00","items":[{"item":"LYTES"}]}
    """

  private func filled(_ wrap: (any Store) -> any Store = { $0 }) async throws -> SampleRegistry {
    let sample = try SampleRegistry(wrap)
    try await sample.fill()
    return sample
  }

  private func ask<T: Sendable>(
    _ sample: SampleRegistry, within: Duration = .seconds(60),
    _ body: @escaping @Sendable (any TestClientProtocol) async throws -> T
  ) async throws -> T {
    let service = sample.service([.orderEntry("SYNTH-H4"), .auditor], answersWithin: within)
    return try await Application(router: service.router()).test(.router) { try await body($0) }
  }

  private func events(_ sample: SampleRegistry, _ filter: AccessFilter = AccessFilter()) throws -> [AccessRow] {
    var rows: [AccessRow] = []
    try sample.registry.auditAccess(filter) { rows.append($0) }
    return rows
  }

  @Test(
    "an order is answered as the command line does, kept as a prompt with who asked, and once however often it is put")
  func decided() async throws {
    let sample = try await filled()
    let line = Self.order.replacing("\"setting\"", with: "\"orderingInstitution\":\"SYNTH-H4\",\"setting\"")
    let expected = try sample.registry.decide(line: Array(line.utf8))
    try await ask(sample) { client in
      for _ in 0..<2 {
        let answer = try await client.execute(
          uri: "/v1/decisions", method: .post, headers: Self.asks, body: ByteBuffer(string: Self.order))
        #expect(answer.status == .ok)
        #expect(answer.headers[.contentType] == "application/json")
        let text = String(buffer: answer.body)
        // As of another commit, and else the same.
        #expect(text.contains("\"decisionId\":\"\(expected.id)\""))
        #expect(text.contains("\"outcome\":\"recognise\""))
        #expect(text.contains("\"value\":\"2.31\""))
      }
    }
    let rows = try events(sample)
    #expect(rows.map(\.what) == ["decision", "decision"])
    #expect(rows.allSatisfy { $0.account == "orders-SYNTH-H4" && $0.role == "order-entry" && $0.request != nil })
    #expect(rows.allSatisfy { $0.decisionId == expected.id && $0.institution == "SYNTH-H4" && $0.purpose == "order" })
    var own = AccessFilter()
    own.person = expected.person
    #expect(try events(sample, own).count == 2)
    #expect(try sample.registry.auditSavings(AuditScope(at: sample.registry.now)).figures.total.responses.prompts == 1)
    #expect(try sample.registry.verifyEvents().firstDifference == nil)
  }

  @Test("what cannot be asked is told by code, field and status, and is an event without a prompt")
  func refused() async throws {
    let sample = try await filled()
    let cases: [(change: (String, String), status: Int, code: String, field: String?)] = [
      (("999901196205141019", "999901190001011009"), 404, "unknown-person", "patient.identifiers"),
      (("2026-05-20T09:00:00+08:00", "2026-05-19T09:04:59+08:00"), 422, "order-time-implausible", "orderedAt"),
      (("2026-05-20T09:00:00+08:00", "2026-05-20T09:10:01+08:00"), 422, "order-time-implausible", "orderedAt"),
      (
        ("\"setting\"", "\"orderingInstitution\":\"SYNTH-H1\",\"setting\""), 403, "not-your-institution",
        "orderingInstitution"
      ),
      (("LYTES", "NO-SUCH"), 422, "unknown-item", "items[0].item"),
      (("\"orderId\":\"O1\",", ""), 422, "missing-field", "orderId"),
      (("{\"orderId\"", "[{\"orderId\""), 400, "not-json", nil),
    ]
    try await ask(sample) { client in
      for refused in cases {
        let body = Self.order.replacing(refused.change.0, with: refused.change.1)
        let answer = try await client.execute(
          uri: "/v1/decisions", method: .post, headers: Self.asks, body: ByteBuffer(string: body))
        let text = String(buffer: answer.body)
        #expect(answer.status.code == refused.status, "\(refused.code): \(text)")
        #expect(text.contains("\"code\":\"\(refused.code)\""), "\(text)")
        if let field = refused.field { #expect(text.contains("\"field\":\"\(field)\""), "\(text)") }
        #expect(!text.contains("999901190001011009"))
      }
    }
    let rows = try events(sample)
    #expect(rows.map(\.error) == cases.map(\.code))
    #expect(rows.allSatisfy { $0.outcome == "refused" && $0.decisionId == nil })
    #expect(try sample.registry.auditSavings(AuditScope(at: sample.registry.now)).figures.total.responses.prompts == 0)
  }

  @Test("orders in lines are answered line by line in their order, an error in its place")
  func lines() async throws {
    let sample = try await filled()
    let orders = (1...150).map { number in
      number % 50 == 0 ? "no order" : Self.order.replacing("O1", with: "O\(number)")
    }
    try await ask(sample) { client in
      var headers = Self.asks
      for type in ["application/x-ndjson", "application/json"] {
        headers[.contentType] = type
        let answer = try await client.execute(
          uri: "/v1/decisions?record=false", method: .post, headers: headers,
          body: ByteBuffer(string: orders.joined(separator: "\n")))
        #expect(answer.headers[.contentType] == "application/x-ndjson")
        let lines = String(buffer: answer.body).split(separator: "\n")
        #expect(lines.count == 150)
        for (number, line) in zip(1..., lines) {
          #expect(number % 50 == 0 ? line.contains("not-json") : line.contains("\"orderId\":\"O\(number)\""))
        }
      }
    }
    #expect(try sample.registry.auditSavings(AuditScope(at: sample.registry.now)).figures.total.responses.prompts == 0)
    #expect(try events(sample).count == 300)
  }

  @Test("an auditor asks about the past for a reason, and nobody else does")
  func auditor() async throws {
    let sample = try await filled()
    let past = "/v1/decisions?record=false&knownAt=2026-05-20T09:05:00.500%2B08:00"
    try await ask(sample) { client in
      let body = ByteBuffer(string: Self.order)
      let clinician = try await client.execute(uri: past, method: .post, headers: Self.asks, body: body)
      #expect(clinician.status == .forbidden)
      #expect(String(buffer: clinician.body).contains("known-at-not-allowed"))
      var headers: HTTPFields = [.authorization: "auditor", .hurenInstitution: "SYNTH-H4"]
      let mute = try await client.execute(uri: past, method: .post, headers: headers, body: body)
      #expect(String(buffer: mute.body).contains("reason-needed"))
      headers[.hurenReason] = "a complaint"
      let answer = try await client.execute(uri: past, method: .post, headers: headers, body: body)
      #expect(answer.status == .ok, "\(String(buffer: answer.body))")
      #expect(String(buffer: answer.body).contains("\"knownAt\":\"2026-05-20T09:05:00.500+08:00\""))
    }
    let rows = try events(sample)
    #expect(rows.map(\.error) == ["known-at-not-allowed", "reason-needed", nil])
    #expect(rows.last?.purpose == "stated" && rows.last?.reason == "a complaint")
    #expect(try sample.registry.verifyEvents().firstDifference == nil)
  }

  @Test("a query tells what an institution can recognise, and is an access without a prompt")
  func query() async throws {
    let sample = try await filled()
    let question =
      "{\"patient\":{\"identifiers\":[{\"type\":\"resident-id\",\"value\":\"999901196205141019\"}]}}"
    try await ask(sample) { client in
      let answer = try await client.execute(
        uri: "/v1/query", method: .post, headers: Self.asks, body: ByteBuffer(string: question))
      #expect(answer.status == .ok)
      #expect(String(buffer: answer.body).contains("\"orderingInstitution\":\"SYNTH-H4\""))
      let none = try await client.execute(
        uri: "/v1/query", method: .post, headers: Self.asks, body: ByteBuffer(string: "{\"patient\":{}}"))
      #expect(none.status.code == 422)
      #expect(String(buffer: none.body).contains("\"field\":\"patient.identifiers\""))
    }
    #expect(try events(sample).map(\.what) == ["query", "query"])
    #expect(try events(sample).map(\.error) == [nil, "missing-field"])
  }

  @Test("feedback is taken once, refused by line, and nobody answers for another institution")
  func feedback() async throws {
    let sample = try await filled()
    let service = sample.service([.orderEntry("SYNTH-H4"), .orderEntry("SYNTH-H1")])
    try await Application(router: service.router()).test(.router) { client in
      let decided = try await client.execute(
        uri: "/v1/decisions", method: .post, headers: Self.asks, body: ByteBuffer(string: Self.order))
      let id = try #require(String(buffer: decided.body).firstMatch(of: /"decisionId":"([0-9a-f]+)"/)?.1)
      let line =
        "{\"event\":\"E1\",\"kind\":\"accepted\",\"decisionId\":\"\(id)\",\"item\":\"LYTES\",\"at\":\"2026-05-20T09:06:00+08:00\"}"
      func send(_ lines: [String], _ by: String) async throws -> String {
        let answer = try await client.execute(
          uri: "/v1/feedback", method: .post, headers: [.authorization: by],
          body: ByteBuffer(string: lines.joined(separator: "\n")))
        #expect(answer.status == .ok)
        return String(buffer: answer.body)
      }
      // Whether there is such a decision, or such an event, of another institution, nobody is told.
      let own = try await send([line], "orders-SYNTH-H1")
      let none = try await send(
        [line.replacing("E1", with: "E0").replacing(id, with: "none")], "orders-SYNTH-H1")
      #expect(own.contains("\"waiting\":1") && own == none)
      let first = try await send(
        [line, line, line.replacing("E1", with: "E2").replacing(id, with: "none"), "{"], "orders-SYNTH-H4")
      #expect(first.hasPrefix("{\"known\":1,\"refused\":[{\"code\":\"not-json\",\"line\":4"), "\(first)")
      #expect(first.contains("\"taken\":1,\"waiting\":1"), "\(first)")
    }
    sample.time.set("2026-05-20T09:07:00+08:00")
    #expect(try sample.registry.auditSavings(AuditScope(at: sample.registry.now)).figures.total.responses.accepted == 1)
  }

  @Test("a store that is slow gives no answer and no prompt: the books and the chain say so")
  func slow() async throws {
    let slow = Mutex<SlowStore?>(nil)
    let sample = try await filled { store in
      let made = SlowStore(store)
      slow.withLock { $0 = made }
      return made
    }
    let store = try #require(slow.withLock { $0 })
    for pause in [(reading: 0.4, writing: 0.0), (reading: 0, writing: 0.4)] {
      store.wait(reading: pause.reading, writing: pause.writing)
      try await ask(sample, within: AnswerCut.longest) { client in
        let answer = try await client.execute(
          uri: "/v1/decisions", method: .post, headers: Self.asks, body: ByteBuffer(string: Self.order))
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.headers[.retryAfter] != nil)
        #expect(String(buffer: answer.body).contains("\"code\":\"busy\""))
      }
    }
    store.wait()
    // What was too late is written when the disk lets it.
    var rows: [AccessRow] = []
    for _ in 0..<100 where rows.count < 2 {
      try await Task.sleep(for: .milliseconds(50))
      rows = try events(sample)
    }
    #expect(rows.map(\.outcome) == ["timed-out", "timed-out"])
    #expect(try sample.registry.auditSavings(AuditScope(at: sample.registry.now)).figures.total.responses.prompts == 0)
    #expect(try sample.registry.verifyEvents().firstDifference == nil)
  }
}
