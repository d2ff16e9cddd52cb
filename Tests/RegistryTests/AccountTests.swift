import Clinical
import Foundation
import Synchronization
import Testing

@testable import Registry
@testable import RegistryStore

@Suite("accounts")
struct AccountTests {
  private static let keys = #"""
    {"keys":[{"kty":"EC","crv":"P-384","x":"46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y":"XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI"}]}
    """#

  private static func client(
    _ name: String = "https://ehr.example/", _ role: Role = .orderEntry, institutions: [String] = ["SYNTH-H3"]
  ) throws -> Account {
    Account(
      name: name, kind: .client, role: role, institutions: institutions,
      keys: try KeySet(jwks: Array(keys.utf8)).canonical)
  }

  private static func user(
    _ name: String = "wang", _ role: Role = .clinician, institutions: [String] = ["SYNTH-H3"], person: String? = nil
  ) -> Account { Account(name: name, kind: .user, role: role, institutions: institutions, person: person) }

  @Test("every change is an event of the chain, with who did it and no secret; disabled is at once, for every handle")
  func chained() throws {
    let bench = try Bench()
    let added = try bench.registry.addAccount(Self.client(), by: "operator-1")
    #expect(added.code == nil && added.enabled && added.keys.map(\.alg) == ["ES384"])
    let other = try Registry(path: bench.path)
    #expect(try other.account("https://ehr.example/")?.isEnabled == true)
    _ = try bench.registry.setAccount("https://ehr.example/", .client, enabled: false, by: "operator-2")
    #expect(try other.account("https://ehr.example/")?.isEnabled == false)
    _ = try bench.registry.setAccount("https://ehr.example/", .client, enabled: false, by: "operator-2")
    _ = try bench.registry.setAccount("https://ehr.example/", .client, enabled: true, by: "operator-1")
    let user = try bench.registry.addAccount(Self.user(), by: "operator-1")
    let code = try #require(user.code)
    _ = try bench.registry.resetAccount("wang", .user, AccountReset(), by: "operator-1")
    let events = try bench.registry.store.read { try $0.events(kind: "account") }
    let told = try events.map { try JSONDecoder().decode(AccountEvent.self, from: Data($0.body.utf8)) }
    #expect(told.map(\.act) == [.add, .disable, .enable, .add, .reset])
    #expect(told.map(\.actor) == ["operator-1", "operator-2", "operator-1", "operator-1", "operator-1"])
    #expect(told[0].keys == added.keys.map(\.thumbprint) && told[0].institutions == ["SYNTH-H3"])
    #expect(!events.contains { $0.body.contains(code) || $0.body.contains(code.replacing("-", with: "")) })
    #expect(try bench.registry.verifyEvents().firstDifference == nil)
    #expect(try bench.registry.check().problems == [])
    #expect(try bench.registry.accounts(.client).map(\.name) == ["https://ehr.example/"])
  }

  @Test("what an account may not be is refused, and leaves no event")
  func refused() throws {
    let bench = try Bench()
    let registry = bench.registry
    _ = try registry.addAccount(Self.client(), by: "o")
    var expected: [(RegistryError, () throws -> Account)] = [
      (.accountExists, { try Self.client() }), (.accountExists, { Self.user("https://ehr.example/") }),
      (.unusableAccountName, { try Self.client("") }), (.unusableAccountName, { try Self.client("a b") }),
      (.unusableAccountName, { try Self.client("王") }), (.unusableAccountName, { try Self.client("a\u{1B}[2J") }),
      (.unknownInstitution("NOWHERE"), { try Self.client("x", institutions: ["NOWHERE"]) }),
      (.institutionsNeeded, { try Self.client("x", institutions: []) }),
      (.personOfResident, { Self.user("x", .resident, institutions: []) }),
      (.personOfResident, { Self.user("x", .clinician, person: "P") }),
      (.unknownPerson, { Self.user("x", .resident, institutions: [], person: "P") }),
      (.credentialsNeeded, { Account(name: "x", kind: .client, role: .source, institutions: ["SYNTH-H3"]) }),
    ]
    for role in Role.allCases {
      if ![.source, .orderEntry, .auditor].contains(role) {
        expected.append((.roleNotOfKind(.client), { try Self.client("x", role) }))
      }
      if [.source, .orderEntry].contains(role) { expected.append((.roleNotOfKind(.user), { Self.user("x", role) })) }
    }
    for (error, account) in expected {
      #expect(throws: error) { try registry.addAccount(account(), by: "o") }
    }
    #expect(throws: RegistryError.actorNeeded) { try registry.addAccount(Self.user(), by: " ") }
    #expect(throws: RegistryError.unknownAccount(.user)) {
      try registry.setAccount("https://ehr.example/", .user, enabled: false, by: "o")
    }
    #expect(try registry.store.read { try $0.events(kind: "account").count } == 1)
  }

  @Test("a certificate is one client's; what is reset is known by the new alone")
  func certificates() throws {
    let bench = try Bench()
    let digest = [UInt8](repeating: 5, count: 32)
    func account(_ name: String) -> Account {
      Account(name: name, kind: .client, role: .source, institutions: ["SYNTH-H3"], certificate: digest)
    }
    _ = try bench.registry.addAccount(account("a"), by: "o")
    #expect(throws: RegistryError.certificateOfAnother) { try bench.registry.addAccount(account("b"), by: "o") }
    let reset = AccountReset(keys: try KeySet(jwks: Array(Self.keys.utf8)))
    _ = try bench.registry.resetAccount("a", .client, reset, by: "o")
    #expect(try bench.registry.account(certificate: digest) == nil)
    _ = try bench.registry.addAccount(account("b"), by: "o")
    #expect(try bench.registry.account(certificate: digest)?.name == "b")
  }

  @Test("a user's code is good once, for three days, however it is typed, and not for another or who is disabled")
  func enrolment() async throws {
    let clock = SetTime()
    let bench = try Bench(clock: { clock.now })
    let registry = bench.registry
    let code = try #require(try registry.addAccount(Self.user(), by: "o").code)
    _ = try registry.addAccount(Self.user("li"), by: "o")
    func enrol(_ name: String, _ code: String) async throws -> Bool {
      try await registry.enrol(name, code: code, password: "$scrypt$", totp: [1])
    }
    #expect(try await enrol("li", code) == false)
    #expect(try await enrol("nobody", code) == false)
    #expect(try await enrol("wang", "") == false)
    _ = try registry.setAccount("wang", .user, enabled: false, by: "o")
    #expect(try await enrol("wang", code) == false)
    _ = try registry.setAccount("wang", .user, enabled: true, by: "o")
    clock.add(hours: 73)
    #expect(try await enrol("wang", code) == false)
    clock.add(hours: -10)
    #expect(try registry.isEnrolmentCode(code.lowercased().replacing("-", with: " "), of: "wang"))
    #expect(try await enrol("wang", code.lowercased()) == true)
    #expect(try registry.accountSecrets("wang")?.totp == [1])
    #expect(try await enrol("wang", code) == false)
    #expect(try registry.check().problems == [])
  }

  @Test("what may be used once is used once, also by many at a time and after the process has ended")
  func once() async throws {
    let bench = try Bench()
    let until = bench.registry.now.adding(hours: 1)
    let registry = bench.registry
    let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<20 { group.addTask { try await registry.useOnce("jti", "a", "1", expires: until) } }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(taken == 1)
    #expect(try await Registry(path: bench.path).useOnce("jti", "a", "1", expires: until) == false)
    #expect(try await registry.useOnce("jti", "a1", "", expires: until))
    #expect(try registry.check().problems == [])
  }

  @Test(
    "an account or a secret that SQL changed is found",
    arguments: [
      "UPDATE account SET role = 'auditor'", "UPDATE account SET is_enabled = 1", "UPDATE account SET keys = '{}'",
      "DELETE FROM account WHERE id = (SELECT max(id) FROM account)", "UPDATE account SET institutions = 'X'",
      "UPDATE account_secret SET code = x'01'", "DELETE FROM account_secret",
      "INSERT INTO account_secret (account, password, recorded_at) VALUES ('wang', '$scrypt$', 1)",
      "INSERT INTO account SELECT 99, name, kind, role, institutions, person, keys, key_address, certificate, 1, event, recorded_at FROM account WHERE id = 2",
    ])
  func changed(sql: String) throws {
    let bench = try Bench()
    _ = try bench.registry.addAccount(Self.client(), by: "o")
    _ = try bench.registry.addAccount(Self.user(), by: "o")
    _ = try bench.registry.setAccount("https://ehr.example/", .client, enabled: false, by: "o")
    #expect(try bench.registry.check().problems == [])
    try RawSQLite.run(sql, in: bench.path)
    #expect(try !Registry(path: bench.path).check().problems.isEmpty)
  }
}

/// A clock that is set.
private final class SetTime: Sendable {
  private let time = Mutex(Instant(milliseconds: 1_740_787_200_000))

  var now: Instant { time.withLock { $0 } }

  func add(hours: Int) { time.withLock { $0 = $0.adding(hours: hours) } }
}
