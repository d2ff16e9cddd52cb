import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("people sign in")
struct PeopleTests {
  private static let password = "correct horse battery"

  /// Sets password and TOTP.
  private static func enrol(
    _ bench: AccessBench, _ client: some TestClientProtocol, _ name: String = "wang", _ role: Role = .clinician
  ) async throws -> OneTimePassword {
    let code = try bench.addUser(name, role)
    let answer = try await client.post("/enrol", ["name": name, "code": code, "password": password])
    #expect(answer.status == .ok, "\(answer.text)")
    return OneTimePassword(secret: try #require(try bench.registry.accountSecrets(name)?.totp))
  }

  private static func signIn(_ client: some TestClientProtocol, _ code: String) async throws -> TestResponse {
    try await signIn(client, "wang", password, code)
  }

  private static func signIn(
    _ client: some TestClientProtocol, _ name: String, _ password: String, _ code: String
  ) async throws -> TestResponse {
    try await client.post("/sign-in", ["name": name, "password": password, "code": code])
  }

  private static func code(_ totp: OneTimePassword, _ bench: AccessBench, _ steps: Int64 = 0) -> String {
    totp.code(step: Int64(bench.seconds) / 30 + steps)
  }

  /// The cookie of an answer, as a browser sends it.
  private static func cookie(_ answer: TestResponse) throws -> String {
    String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })
  }

  @Test("by code, then by password and TOTP; a session's cookie is the browser's alone, a change needs the form token")
  func session() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      let totp = try await Self.enrol(bench, client)
      let answer = try await Self.signIn(client, Self.code(totp, bench))
      #expect(answer.status == .ok)
      #expect(answer.json["account"] as? String == "wang" && answer.json["role"] as? String == "clinician")
      let set = try #require(answer.headers[.setCookie])
      for part in ["__Host-huren=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        #expect(set.contains(part), "\(part)")
      }
      #expect(!set.contains("Domain") && !set.contains("Expires"))
      #expect(answer.headers[.cacheControl] == "no-store")
      let cookie = try Self.cookie(answer)
      let token = try #require(answer.json["formToken"] as? String)
      #expect(!cookie.contains(token))
      let page = try await client.execute(uri: "/session", method: .get, headers: [.cookie: cookie])
      #expect(page.json["formToken"] as? String == token)
      for wrong in [nil, "", token + "A", String(cookie.dropFirst(13))] {
        var headers: HTTPFields = [.cookie: cookie]
        headers[.hurenFormToken] = wrong
        let refused = try await client.execute(uri: "/sign-out", method: .post, headers: headers)
        #expect(refused.status == .forbidden)
        #expect(refused.text.contains("form-token-needed"))
      }
      #expect(try await client.execute(uri: "/session", method: .get, headers: [.cookie: cookie]).status == .ok)
      let out = try await client.execute(
        uri: "/sign-out", method: .post, headers: [.cookie: cookie, .hurenFormToken: token])
      #expect(out.status == .noContent)
      #expect(out.headers[.setCookie]?.contains("Max-Age=0") == true)
      #expect(
        try await client.execute(uri: "/session", method: .get, headers: [.cookie: cookie]).status == .unauthorized)
    }
  }

  @Test("each code of the authenticator is good once, a step early or late, also after a restart")
  func totpOnce() async throws {
    let bench = try AccessBench()
    let totp = try await bench.app().test(.router) { client in
      let totp = try await Self.enrol(bench, client)
      #expect(try await Self.signIn(client, Self.code(totp, bench, -2)).status == .unauthorized)
      #expect(try await Self.signIn(client, Self.code(totp, bench, 2)).status == .unauthorized)
      // A code with a wrong password is not used up.
      #expect(try await Self.signIn(client, "wang", "something else", Self.code(totp, bench)).status == .unauthorized)
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .ok)
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .unauthorized)
      #expect(try await Self.signIn(client, Self.code(totp, bench, -1)).status == .ok)
      #expect(try await Self.signIn(client, Self.code(totp, bench, 1)).status == .ok)
      return totp
    }
    let restarted = try bench.restarted()
    try await bench.app(restarted).test(.router) { client in
      let again = try await Self.signIn(client, Self.code(totp, bench))
      #expect(again.status == .unauthorized)
      bench.wait(seconds: 30)
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .unauthorized, "used as the next")
      bench.wait(seconds: 30)
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .ok)
    }
  }

  @Test("a name that does not exist is answered like one that does, and slowed down alike; nobody is locked out")
  func slowed() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      let totp = try await Self.enrol(bench, client)
      for name in ["wang", "nobody", "王\u{0}"] {
        let first = try await Self.signIn(client, name, "something else", "123456")
        #expect(first.status == .unauthorized)
        let other = try await Self.signIn(client, "another-\(name)", "x", "1")
        #expect(first.text == other.text)
        bench.wait(seconds: 1000)
        var waits: [Int] = []
        for _ in 0..<8 {
          var answer = try await Self.signIn(client, name, "something else", "123456")
          if answer.status == .tooManyRequests {
            let wait = try #require(answer.headers[.retryAfter].flatMap { Int($0) })
            waits.append(wait)
            bench.wait(seconds: wait - 1)
            let again = try await Self.signIn(client, name, "something else", "123456")
            #expect(again.status == .tooManyRequests && again.headers[.retryAfter] == "1")
            bench.wait(seconds: 1)
            answer = try await Self.signIn(client, name, "something else", "123456")
          }
          #expect(answer.status == .unauthorized)
          #expect(answer.text.contains("sign-in-failed"))
        }
        #expect(waits == [1, 2, 4], "\(name)")
        bench.wait(seconds: 60)
      }
      for _ in 0..<12 {
        _ = try await Self.signIn(client, "wang", "something else", "123456")
        bench.wait(seconds: 60)
      }
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .ok)
      #expect(try await Self.signIn(client, Self.code(totp, bench, 1)).status == .ok)
    }
  }

  @Test("an address is slowed down whatever names it tries, and no other; success takes back what was counted for it")
  func addresses() {
    let attempts = Attempts()
    let now = Instant(milliseconds: 1_760_000_000_000)
    for number in 0..<5 {
      #expect(attempts.begin(["account:\(number)", "address:a"], at: now) == nil)
    }
    #expect(attempts.begin(["account:x", "address:a"], at: now) == 1)
    #expect(attempts.begin(["account:x", "address:b"], at: now) == nil)
    #expect(attempts.begin(["account:1", "address:b"], at: now) == nil)
    let minute = Instant(milliseconds: now.milliseconds + 60_000)
    for _ in 0..<100 {
      #expect(attempts.begin(["account:own", "address:c"], at: minute) == nil)
      attempts.succeeded(account: "account:own", address: "address:c")
    }
    // Longer than a minute nobody waits.
    var moment = minute
    for _ in 0..<40 {
      let wait = attempts.begin(["account:0"], at: moment) ?? 0
      #expect(wait <= 60)
      moment = Instant(milliseconds: moment.milliseconds + Int64(wait) * 1000)
    }
  }

  @Test("many attempts at once are no way around")
  func racing() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      _ = try await Self.enrol(bench, client)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<30 {
          group.addTask { Int(try await Self.signIn(client, "wang", "something else", "123456").status.code) }
        }
        return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(statuses[401] == 5 && statuses[429] == 25, "\(statuses)")
    }
  }

  @Test("a session ends after a quarter of an hour without use, after eight hours, and when its account is changed")
  func ends() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      let totp = try await Self.enrol(bench, client)
      func begin() async throws -> HTTPFields {
        bench.wait(seconds: 90)
        return [.cookie: try Self.cookie(try await Self.signIn(client, Self.code(totp, bench)))]
      }
      func status(_ held: HTTPFields) async throws -> HTTPResponse.Status {
        try await client.execute(uri: "/session", method: .get, headers: held).status
      }
      var held = try await begin()
      bench.wait(seconds: 15 * 60 - 1)
      #expect(try await status(held) == .ok)
      bench.wait(seconds: 15 * 60)
      #expect(try await status(held) == .unauthorized)
      held = try await begin()
      for _ in 0..<47 {
        bench.wait(seconds: 600)
        #expect(try await status(held) == .ok)
      }
      bench.wait(seconds: 600)
      #expect(try await status(held) == .unauthorized)
      held = try await begin()
      _ = try bench.registry.setAccount("wang", .user, enabled: false, by: "operator")
      #expect(try await status(held) == .unauthorized)
      #expect(try await Self.signIn(client, Self.code(totp, bench, 1)).status == .unauthorized)
      _ = try bench.registry.setAccount("wang", .user, enabled: true, by: "operator")
      #expect(try await status(held) == .unauthorized)
      held = try await begin()
      _ = try bench.registry.resetAccount("wang", .user, AccountReset(), by: "operator")
      #expect(try await status(held) == .unauthorized)
      bench.wait(seconds: 90)
      #expect(try await Self.signIn(client, Self.code(totp, bench)).status == .unauthorized)
    }
  }

  @Test("signing in gives a new session, whatever was held; what the browser holds is nobody's choice")
  func fixation() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      let totp = try await Self.enrol(bench, client)
      let first = try Self.cookie(try await Self.signIn(client, Self.code(totp, bench)))
      let chosen = "__Host-huren=" + String(repeating: "A", count: 43)
      #expect(
        try await client.execute(uri: "/session", method: .get, headers: [.cookie: chosen]).status == .unauthorized)
      let second = try await client.post(
        "/sign-in", ["name": "wang", "password": Self.password, "code": Self.code(totp, bench, 1)],
        headers: [.cookie: first])
      #expect(try Self.cookie(second) != first)
      #expect(
        try await client.execute(uri: "/session", method: .get, headers: [.cookie: first]).status == .unauthorized)
      let form = try await client.execute(
        uri: "/sign-in", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
        body: ByteBuffer(string: "name=wang&password=correct+horse%20battery&code=\(Self.code(totp, bench, -1))"))
      #expect(form.status == .seeOther && form.headers[.location] == "/")
    }
  }

  @Test("what cannot be read, or sets a weak password, is refused; a code that is not theirs is no help")
  func refused() async throws {
    let bench = try AccessBench()
    try bench.addClient(certificate: [UInt8](repeating: 1, count: 32))
    let code = try bench.addUser()
    nonisolated(unsafe) let rows: [(String, [String: Any], Int)] = [
      ("/enrol", ["name": "wang", "code": code], 400), ("/enrol", ["name": "wang", "code": code, "password": 1], 400),
      ("/enrol", ["name": "wang", "code": code, "password": "short"], 422),
      ("/enrol", ["name": "wang", "code": code, "password": String(repeating: "a", count: 257)], 422),
      ("/enrol", ["name": "li", "code": code, "password": Self.password], 401),
      ("/enrol", ["name": "wang", "code": "AAAAA", "password": Self.password], 401),
      ("/sign-in", ["name": "wang", "password": Self.password], 400), ("/sign-in", [:], 400),
      ("/sign-in", ["name": "ehr", "password": Self.password, "code": "000000"], 401),
      ("/sign-in", ["name": "wang", "password": "", "code": "000000"], 400),
      // Before password and TOTP are set there is nothing to sign in by.
      (
        "/sign-in",
        [
          "name": "wang", "password": Self.password,
          "code": OneTimePassword(secret: [0]).code(step: Int64(bench.seconds) / 30),
        ], 401
      ),
      ("/enrol", ["name": "wang", "code": code, "password": Self.password], 200),
      ("/enrol", ["name": "wang", "code": code, "password": Self.password], 401),
    ]
    try await bench.app().test(.router) { client in
      for (path, fields, status) in rows {
        bench.wait(seconds: 70)
        let answer = try await client.post(path, fields)
        #expect(Int(answer.status.code) == status, "\(path) \(fields.keys.sorted()): \(answer.text)")
        #expect(!answer.text.contains(code))
      }
      let text = try await client.execute(
        uri: "/sign-in", method: .post, headers: [.contentType: "text/plain"], body: ByteBuffer(string: "{}"))
      #expect(text.status == .unsupportedMediaType)
      let large = try await client.post("/sign-in", ["name": String(repeating: "a", count: 20_000)])
      #expect(large.status == .contentTooLarge)
    }
  }

  @Test("one-time passwords of the clock: the vectors of RFC 6238, appendix B, and how an authenticator is told")
  func totp() {
    let totp = OneTimePassword(secret: Array("12345678901234567890".utf8))
    let vectors: [(Int64, String)] = [
      (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
      (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ]
    for (seconds, code) in vectors {
      #expect(totp.code(step: seconds / 30) == code)
      #expect(totp.step(of: code, at: Instant(milliseconds: seconds * 1000)) == seconds / 30)
      #expect(totp.step(of: code, at: Instant(milliseconds: (seconds + 60) * 1000)) == nil)
    }
    #expect(
      totp.address(for: "wang@h1 王")
        == "otpauth://totp/Huren:wang%40h1%20%E7%8E%8B?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Huren&algorithm=SHA1&digits=6&period=30"
    )
  }

  @Test(
    "scrypt: a vector of RFC 7914, section 12; the parameters stand beside the hash; no more is computed than anybody wrote"
  )
  func scrypt() throws {
    let vector = try #require(
      PasswordHash(
        "$scrypt$ln=14,r=8,p=1$\(Array("SodiumChloride".utf8).hex)$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
      ))
    #expect(try vector.matches("pleaseletmein"))
    #expect(try !vector.matches("pleaseletmeim"))
    let hash = try PasswordHash(of: "e\u{301}", cost: AccessBench.cost)
    #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
    #expect(PasswordHash(hash.text) == hash)
    #expect(try hash.matches("\u{e9}"))
    #expect(try !PasswordHash.ofNobody(AccessBench.cost).matches(""))
    for text in [
      "", "$scrypt$ln=30,r=8,p=1$00$00", "$scrypt$ln=14,r=99,p=1$00$00", "$scrypt$ln=14,r=8,p=1$00", "$2b$00$00$00",
    ] {
      #expect(PasswordHash(text) == nil, "\(text)")
    }
    #expect(PasswordHash.Cost.standard == .init(logRounds: 17, blockSize: 8, parallelism: 1))
  }

  @Test("a hospital's system opens a clinician's page: an address good once, for a minute, with nothing personal in it")
  func launch() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    nonisolated(unsafe) let patient: [String: Any] = [
      "identifiers": [["type": "resident-id", "value": "999901196205141019"]], "name": "欧阳明霞",
    ]
    try await bench.app().test(.router) { client in
      let given = try await client.token(assertion: forge.signed(bench.claims(AccessBench.base + "/oauth/token")))
      let bearer: HTTPFields = [.authorization: "Bearer \(try #require(given.json["access_token"] as? String))"]
      func launch() async throws -> String {
        let answer = try await client.post("/launch", ["practitioner": "D17", "patient": patient], headers: bearer)
        #expect(answer.headers[.cacheControl] == "no-store")
        return try #require(answer.json["url"] as? String)
      }
      let address = try await launch()
      #expect(address.hasPrefix(AccessBench.base + "/launch/") && address.count == AccessBench.base.count + 51)
      let path = String(address.dropFirst(AccessBench.base.count))
      let opened = try await client.execute(uri: path, method: .get)
      #expect(opened.status == .ok && opened.text.contains("url=/"))
      let page = try await client.execute(uri: "/session", method: .get, headers: [.cookie: Self.cookie(opened)])
      #expect(page.json["role"] as? String == "clinician" && page.json["account"] as? String == "ehr#D17")
      #expect(page.json["institutions"] as? [String] == [AccessBench.institution])
      #expect(try await client.execute(uri: path, method: .get).status == .notFound)
      let late = try await launch().dropFirst(AccessBench.base.count)
      bench.wait(seconds: 60)
      #expect(try await client.execute(uri: String(late), method: .get).status == .notFound)
      #expect(try await client.execute(uri: "/launch/x", method: .get).status == .notFound)
      for wrong: [String: Any] in [
        [:], ["practitioner": "D17"], ["practitioner": " ", "patient": patient],
        ["practitioner": "D17", "patient": ["identifiers": [[String: Any]]()]],
      ] {
        #expect(try await client.post("/launch", wrong, headers: bearer).status == .badRequest)
      }
      _ = try bench.registry.setAccount("ehr", .client, enabled: false, by: "operator")
      let over = try await client.execute(uri: "/session", method: .get, headers: [.cookie: Self.cookie(opened)])
      #expect(over.status == .unauthorized)
    }
  }
}
