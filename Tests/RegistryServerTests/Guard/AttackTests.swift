import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("what an attacker sends")
struct AttackTests {
  private static let callers = [
    Caller.orderEntry("SYNTH-H4"), .orderEntry("SYNTH-H1"), .auditor,
    Caller(name: "lis", kind: .client, role: .source, institutions: ["SYNTH-H1"]),
  ]
  private static let order = """
    {"orderId":"O1","patient":{"identifiers":[{"type":"resident-id","value":"999901196205141019"}]},\
    "setting":"outpatient","orderedAt":"2026-05-20T09:00:00+08:00","items":[{"item":"LYTES"}]}
    """

  private func attack(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
    let sample = try SampleRegistry()
    try await sample.fill()
    let app = Application(router: sample.service(Self.callers).router(), logger: AccessBench.quiet)
    try await app.test(.live) { client in
      let port = try #require(client.port)
      try await body(port)
      // It lives, whatever was sent.
      #expect(RawHTTP.status(try await RawHTTP.send(port, RawHTTP.head("GET", "/health"))) == 200)
    }
  }

  @Test("one request is never two, and what is no HTTP is 400")
  func framing() async throws {
    let (length, order) = (Self.order.utf8.count, Self.order)
    let chunked = "Transfer-Encoding: chunked"
    func post(_ fields: [String], _ body: String) -> String {
      RawHTTP.head("POST", "/v1/decisions", fields, as: "orders-SYNTH-H4") + body
    }
    let smuggled = "0\r\n\r\n" + RawHTTP.head("GET", "/metrics", as: "auditor")
    let cases: [(String, Int)] = [
      (post(["Content-Length: \(length)"], order), 200),
      (post(["Content-Length: \(length)", "Content-Length: \(length)"], order), 400),
      (post(["Content-Length: \(length)", "Content-Length: 5"], order), 400),
      (post(["Content-Length: 5", chunked], smuggled), 400), (post([chunked, "Content-Length: 5"], smuggled), 400),
      (post(["Transfer-Encoding: xchunked"], smuggled), 400),
      (post(["Transfer-Encoding: chunked, identity"], smuggled), 400),
      (post(["Transfer-Encoding : chunked"], smuggled), 400),
      (post(["Content-Length: -5"], order), 400), (post(["Content-Length: +\(length)"], order), 400),
      (post(["Content-Length: 99999999999999999999999"], order), 400),
      (post([chunked], "FFFFFFFFFFFFFFFFFF\r\n"), 400), (post([chunked], "zz\r\n\r\n"), 400),
      (post([chunked], "5\r\nhelloworld\r\n"), 400),
      (post(["X-A: a\u{0}b", "Content-Length: 0"], ""), 400), (post(["X-A: a\r\n b", "Content-Length: 0"], ""), 400),
      ("GET /health\r\n\r\n", 400), ("GET /health HTTP/9.9\r\n\r\n", 400), ("get /health HTTP/1.1\r\n\r\n", 400),
      ("GET /hea\u{0}lth HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /张 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
      ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400), ("GET health HTTP/1.1\r\nHost: x\r\n\r\n", 400),
      (RawHTTP.head("GET", "/health", (0..<10_000).map { "X-\($0): y" }), 400),
      (RawHTTP.head("GET", "/health", ["X-A: " + String(repeating: "y", count: 200_000)]), 400),
      (RawHTTP.head("GET", "/" + String(repeating: "a/", count: 20_000)), 404),
      ("GET /health HTTP/1.0\r\n\r\n", 200),
    ]
    try await attack { port in
      for (sent, status) in cases {
        let answer = try await RawHTTP.send(port, sent)
        #expect(RawHTTP.status(answer) == status, "\(sent.prefix(200)): \(answer.prefix(300))")
        #expect(!answer.contains("huren_http_requests_total"), "a request within a body was answered")
      }
    }
  }

  @Test("no way of writing an address or a method leads past who may")
  func aroundTheMatrix() async throws {
    let paths = [
      "/metrics", "//metrics", "/metrics/", "/METRICS", "/./metrics", "/x/../metrics", "/%6detrics", "/metrics%00",
      "/metrics%2f", "/metrics;a", "http://huren.example/metrics", "/health/../metrics", "/openapi.json/../metrics",
      "/cds-services/../metrics", "/metrics?access_token=auditor", "/%2e%2e/metrics", "*", "/metrics#",
    ]
    try await attack { port in
      for path in paths {
        for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "CONNECT", "PROPFIND"] {
          let fields = ["X-HTTP-Method-Override: GET", "X-Original-URL: /metrics", "Content-Length: 0"]
          for caller in [nil, "orders-SYNTH-H4", "auditor, orders-SYNTH-H4"] {
            let answer = try await RawHTTP.send(port, RawHTTP.head(method, path, fields, as: caller))
            let status = RawHTTP.status(answer) ?? 0
            #expect([400, 401, 403, 404, 405].contains(status), "\(method) \(path): \(answer.prefix(300))")
            #expect(!answer.contains("huren_http"), "\(method) \(path)")
          }
        }
      }
      let twice = RawHTTP.head("GET", "/metrics", ["Authorization: auditor"], as: "orders-SYNTH-H4")
      #expect(RawHTTP.status(try await RawHTTP.send(port, twice)) == 401)
    }
  }

  private static func nested(_ open: String, _ close: String, _ count: Int) -> String {
    String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
  }

  private static let digits = String(repeating: "1", count: 300_000)

  private static let texts: KeyValuePairs<String, String> = [
    "500 arrays": nested("[", "]", 500),
    "100 000 arrays": nested("[", "]", 100_000),
    "50 000 objects": nested("{\"a\":", "}", 50_000),
    "patient of arrays": "{\"patient\":\(nested("[", "]", 50_000))}",
    "many digits": "{\"orderId\":\(digits),\"patient\":\(digits),\"feedback\":\(digits),\"timestamp\":\(digits)}",
    "exponents": #"{"orderId":1e999999999,"timestamp":1e300,"request_id":-1e300,"hospital_code":1e-999999999}"#,
    "half a pair": #"{"orderId":"\ud800","name":"\udfff","password":"\ud800","code":"\ud800"}"#,
    "keys twice": #"{"orderId":"a","orderId":"b","name":"a","name":"b"}"#,
    "zeros": #"{"orderId":"\u0000","name":"\u0000","password":"\u0000","code":"\u0000"}"#,
    "an XML bomb": "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><x>&b;</x>",
    "deep XML": nested("<a>", "</a>", 50_000),
    "attributes": "<a \((0..<50_000).map { "a\($0)='1'" }.joined(separator: " "))/>",
    "a mark": "\u{FEFF}{}", "nothing": "", "white": String(repeating: " \n", count: 50_000), "null": "null",
    "a string": "\"x\"",
    "entries":
      "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[\(String(repeating: "{},", count: 9999)){}]}",
  ]

  private static let named: [String: [UInt8]] = {
    var all = Dictionary(uniqueKeysWithValues: texts.map { ($0.key, Array($0.value.utf8)) })
    all["no UTF-8"] = Array("{\"orderId\":\"".utf8) + [0xFF, 0xC0, 0x80, 0x22, 0x7D]
    all["a gzip of nothing"] = [0x1F, 0x8B, 8, 0] + [UInt8](repeating: 0, count: 60)
    all["UTF-16"] = [0x7B, 0, 0x7D, 0]
    return all
  }()

  @Test("no body, however it is made, is an error of the service", arguments: named.keys.sorted())
  func anyBody(name: String) async throws {
    let body = try #require(Self.named[name])
    let bench = try SampleRegistry()
    let service = bench.service(Self.callers)
    try await Application(router: service.router(), logger: AccessBench.quiet).test(.router) { client in
      for route in Route.all where route.method == .post {
        let caller = Self.callers.first { route.permits($0.role) }
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.authorization] = caller?.name
        let path = route.path.replacing("{id}", with: "huren-order-sign")
        for type in ["application/json", "application/x-ndjson", "application/x-www-form-urlencoded"] {
          headers[.contentType] = type
          let answer: TestResponse
          do {
            answer = try await client.execute(
              uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: body))
          } catch ServiceError.tooLarge {
            // A stream that was begun is broken off.
            #expect(type == "application/x-ndjson")
            continue
          }
          // SOAP 1.1 has all its faults under 500.
          let isFault = route == .soap && answer.text.contains("</soap:Fault>")
          #expect(answer.status.code < 500 || isFault, "\(path), \(name): \(answer.status) \(answer.text.prefix(200))")
          #expect(answer.body.readableBytes < 4 << 20, "\(path), \(name): \(answer.body.readableBytes) bytes")
        }
      }
    }
  }

  @Test("a line that comes in single bytes is looked through once", .timeLimit(.minutes(1)))
  func bytewise() async throws {
    let bytes = AsyncStream<ByteBuffer> { stream in
      for _ in 0..<400_000 { stream.yield(ByteBuffer(bytes: [0x78])) }
      stream.yield(ByteBuffer(string: "\n\ny\nz"))
      stream.finish()
    }
    var lines = BodyLines(RequestBody(asyncSequence: bytes), limit: 1 << 20)
    var read: [Int] = []
    while let together = try await lines.next(atMost: 2) { read += together.map(\.count) }
    #expect(read == [400_000, 1, 1])
  }

  @Test("an endless line is cut off within its limit, and lines before it were answered")
  func endless() async throws {
    let piece = Array("100000\r\n".utf8) + [UInt8](repeating: 0x61, count: 1 << 20) + [0x0D, 0x0A]
    try await attack { port in
      let head = RawHTTP.head(
        "POST", "/v1/decisions", ["Content-Type: application/x-ndjson", "Transfer-Encoding: chunked"],
        as: "orders-SYNTH-H4")
      let first = "\(String(Self.order.utf8.count + 1, radix: 16))\r\n\(Self.order)\n\r\n"
      let answer = try await RawHTTP.send(
        port, [Array((head + first).utf8)] + [[UInt8]](repeating: piece, count: 8))
      #expect(
        RawHTTP.status(answer) == 200 && answer.contains("\"orderId\":\"O1\"") && answer.contains("\"too-large\""),
        "\(answer.prefix(300))")
    }
  }

  @Test("more lines of feedback than anybody has are refused before any is read")
  func feedback() async throws {
    let bench = try SampleRegistry()
    let service = bench.service(Self.callers)
    try await Application(router: service.router(), logger: AccessBench.quiet).test(.router) { client in
      let headers: HTTPFields = [.authorization: "orders-SYNTH-H4"]
      for (lines, status) in [(20_001, 413), (1_001, 200)] {
        let answer = try await client.execute(
          uri: "/v1/feedback", method: .post, headers: headers,
          body: ByteBuffer(string: String(repeating: "x\n", count: lines)))
        #expect(answer.status.code == status)
        if status == 200 { #expect(answer.text.contains("\"line\":1001,")) }
      }
    }
  }

  @Test("a stream ends to be answered when its account is shut out")
  func shutOut() async throws {
    let bench = try SampleRegistry()
    _ = try bench.registry.addAccount(
      Account(
        name: "orders-SYNTH-H4", kind: .client, role: .orderEntry, institutions: ["SYNTH-H4"],
        keys: Forge().keys().canonical),
      by: "operator")
    let service = bench.service(Self.callers)
    try service.expectEnabled(Self.callers[0])
    _ = try bench.registry.setAccount("orders-SYNTH-H4", .client, enabled: false, by: "operator")
    #expect(throws: ServiceError.notAuthenticated) { try service.expectEnabled(Self.callers[0]) }
    try await Application(router: service.router(), logger: AccessBench.quiet).test(.router) { client in
      let answer = try await client.execute(
        uri: "/v1/decisions", method: .post,
        headers: [.authorization: "orders-SYNTH-H4", .contentType: "application/x-ndjson"],
        body: ByteBuffer(string: Self.order + "\n" + Self.order))
      #expect(answer.text.split(separator: "\n").allSatisfy { $0.contains("not-authenticated") }, "\(answer.text)")
    }
  }

  @Test("what is good once is good once, also where two come at the same moment")
  func races() async throws {
    let bench = try AccessBench()
    let forge = Forge()
    try bench.addClient(keys: forge.keys())
    let code = try bench.addUser()
    try await Application(router: bench.service.router(), logger: AccessBench.quiet).test(.router) { client in
      let assertion = forge.signed(bench.claims(AccessBench.base + "/oauth/token"))
      let tokens = try await Self.atOnce(8) { try await client.token(assertion: assertion).status.code }
      #expect(tokens.count { $0 == 200 } == 1 && tokens.count { $0 == 401 } == 7, "\(tokens)")
      let password = "a password of wang's"
      let enrolled = try await Self.atOnce(4) {
        try await client.post("/enrol", ["name": "wang", "code": code, "password": password]).status.code
      }
      #expect(enrolled.count { $0 == 200 } == 1, "\(enrolled)")
      let totp = OneTimePassword(secret: try #require(try bench.registry.accountSecrets("wang")?.totp))
      bench.wait(seconds: 3600)
      let step = totp.code(step: Int64(bench.seconds) / 30)
      let sessions = try await Self.atOnce(4) {
        try await client.post("/sign-in", ["name": "wang", "password": password, "code": step]).status.code
      }
      #expect(sessions.count { $0 == 200 } == 1, "\(sessions)")
    }
  }

  private static func atOnce(_ count: Int, _ body: @escaping @Sendable () async throws -> Int) async throws -> [Int] {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<count { group.addTask { try await body() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  @Test("a description of the service says its own address, whatever the request says of it")
  func host() async throws {
    try await attack { port in
      let head = "GET /soap?wsdl HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n"
      let answer = try await RawHTTP.send(port, head)
      #expect(RawHTTP.status(answer) == 200 && !answer.contains("evil.example"), "\(answer.suffix(400))")
    }
  }
}
