import Crypto
import CryptoExtras
import Foundation
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// Tokens of every kind that was ever taken for a good one somewhere, with what each is answered at both doors.
@Suite("tokens")
struct TokenTableTests {
  /// What is told of a token at `/oauth/token` and at a CDS service.
  private struct Row: @unchecked Sendable {
    var name: String
    var atToken: Int
    var atService: Int
    var make: (Forge, AccessBench, _ audience: String) throws -> String

    /// Refused at both.
    static func no(_ name: String, _ make: @escaping (Forge, AccessBench, String) throws -> String) -> Row {
      Row(name: name, atToken: 401, atService: 401, make: make)
    }

    /// Taken at both.
    static func yes(_ name: String, _ make: @escaping (Forge, AccessBench, String) throws -> String) -> Row {
      Row(name: name, atToken: 200, atService: 200, make: make)
    }

    /// A good ES384 token but for some claims.
    static func no(_ name: String, claims: @escaping (AccessBench) -> [String: Any]) -> Row {
      .no(name) { forge, bench, audience in forge.signed(bench.claims(audience, claims(bench))) }
    }

    static func yes(_ name: String, claims: @escaping (AccessBench) -> [String: Any]) -> Row {
      .yes(name) { forge, bench, audience in forge.signed(bench.claims(audience, claims(bench))) }
    }

    /// A good ES384 token but for its header.
    static func no(_ name: String, header: [String: Any]) -> Row {
      .no(name) { forge, bench, audience in forge.signed(bench.claims(audience), header) }
    }

    static func yes(_ name: String, header: [String: Any]) -> Row {
      .yes(name) { forge, bench, audience in forge.signed(bench.claims(audience), header) }
    }

    /// A good ES384 token, its text changed.
    static func no(_ name: String, text: @escaping (String) -> String) -> Row {
      .no(name) { forge, bench, audience in text(forge.signed(bench.claims(audience))) }
    }
  }

  private static let good: [Row] = [
    .yes("ES384", header: [:]),
    .yes("RS384") { forge, bench, audience in try forge.signedRSA(bench.claims(audience)) },
    .yes("aud of several") { forge, bench, audience in
      forge.signed(bench.claims(audience, ["aud": ["https://other.example", audience]]))
    },
    .yes("no kid, and one key that fits", header: ["kid": NSNull()]),
    .yes("no typ", header: ["typ": NSNull()]), .yes("typ in small letters", header: ["typ": "jwt"]),
    .yes("exp in just five minutes", claims: { ["exp": $0.seconds + 300, "iat": NSNull()] }),
    .yes("exp in a second", claims: { ["exp": $0.seconds + 1] }),
    .yes("half a second", claims: { ["exp": Double($0.seconds) + 0.5] }),
    .yes("a clock that is half a minute ahead", claims: { ["exp": $0.seconds + 330, "iat": $0.seconds + 30] }),
    .yes("no iat", claims: { _ in ["iat": NSNull()] }),
    .yes("nbf within a minute", claims: { ["nbf": $0.seconds + 59] }),
    .yes("iat long ago", claims: { ["iat": $0.seconds - 1_000_000] }),
    .yes("claims that nobody knows", claims: { _ in ["tenant": ["a": [1, 2]], "azp": true] }),
    .yes("x5u, x5c and jwk, which are not looked at", header: ["x5u": "http://127.0.0.1:1/", "x5c": ["AA"], "jwk": 1]),
    .yes("the registered jku", header: ["jku": "https://ehr.example/keys"]),
    Row(name: "no sub", atToken: 401, atService: 200) { forge, bench, audience in
      forge.signed(bench.claims(audience, ["sub": NSNull()]))
    },
  ]

  private static let algorithms: [Row] =
    ["none", "None", "NONE", "nOnE", ""].map { name in
      .no("alg '\(name)', nothing signed") { _, bench, audience in
        Forge.part(["alg": name, "kid": "es"]) + "." + Forge.part(bench.claims(audience)) + "."
      }
    }
    + ["none", "es384", "ES384 ", "ES256", "ES512", "EdDSA", "HS384", "RS384", "PS384"].map { name in
      .no("alg '\(name)' on a signature of ES384", header: ["alg": name])
    } + [
      .no("no alg", header: ["alg": NSNull()]), .no("alg that is a list", header: ["alg": ["ES384"]]),
      .no("HS384, by the public key as secret") { forge, bench, audience in
        try hmac(bench.claims(audience), Data(forge.ec.publicKey.pemRepresentation.utf8))
      },
      .no("HS384, by the public key's bytes") { forge, bench, audience in
        try hmac(bench.claims(audience), forge.ec.publicKey.x963Representation)
      },
      .no("HS384, by an empty secret") { _, bench, audience in try hmac(bench.claims(audience), Data()) },
      .no("ES256 by a key that nobody registered") { forge, bench, audience in
        let text = Forge.part(["alg": "ES256", "kid": "es"]) + "." + Forge.part(bench.claims(audience))
        return text + "." + Base64URL.text(try forge.p256.signature(for: Data(text.utf8)).rawRepresentation)
      },
      .no("RS256 by the registered key") { forge, bench, audience in
        try forge.signedRSA(bench.claims(audience), ["alg": "RS256"], digest: { SHA256.hash(data: $0) })
      },
      .no("SHA-256 under the name of RS384") { forge, bench, audience in
        try forge.signedRSA(bench.claims(audience), digest: { SHA256.hash(data: $0) })
      },
      .no("PSS under the name of RS384") { forge, bench, audience in
        try forge.signedRSA(bench.claims(audience), padding: .PSS)
      },
      .no("ES384 by the kid of the RSA key", header: ["kid": "rs"]),
      .no("RS384 by the kid of the EC key") { forge, bench, audience in
        try forge.signedRSA(bench.claims(audience), ["kid": "es"])
      },
    ]

  private static func hmac(_ claims: [String: Any], _ secret: Data) throws -> String {
    let text = Forge.part(["alg": "HS384", "kid": "es"]) + "." + Forge.part(claims)
    let mac = HMAC<SHA384>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: secret))
    return text + "." + Base64URL.text(mac)
  }

  private static let keys: [Row] = [
    .no("unknown kid", header: ["kid": "other"]), .no("kid that is a number", header: ["kid": 1]),
    .no("kid that is a path", header: ["kid": "../../es"]), .no("kid that is SQL", header: ["kid": "es' OR '1'='1"]),
    .no("foreign jku", header: ["jku": "https://evil.example/keys"]),
    .no("jku that begins like the registered", header: ["jku": "https://ehr.example/keys@evil.example"]),
    .no("jku that is a number", header: ["jku": 1]),
    .no("somebody else's key") { forge, bench, audience in
      forge.signed(bench.claims(audience), by: forge.otherEC)
    },
    .no("somebody else's key, put in the header") { forge, bench, audience in
      forge.signed(
        bench.claims(audience), ["jwk": Forge.jwk(forge.otherEC.publicKey), "kid": NSNull()], by: forge.otherEC)
    },
    .no("crit", header: ["crit": ["exp"]]), .no("crit of none", header: ["crit": []]),
    .no("unencoded payload (RFC 7797)", header: ["crit": ["b64"], "b64": false]),
    .no("typ of an access token", header: ["typ": "at+jwt"]), .no("typ that is a number", header: ["typ": 1]),
  ]

  private static let claims: [Row] = [
    .no("wrong aud", claims: { _ in ["aud": "https://other.example/oauth/token"] }),
    .no("aud with a slash at its end") { forge, bench, audience in forge.signed(bench.claims(audience + "/")) },
    .no("aud without path", claims: { _ in ["aud": AccessBench.base] }),
    .no("aud in other letters") { forge, bench, audience in forge.signed(bench.claims(audience.uppercased())) },
    .no("aud of the other door") { forge, bench, audience in
      forge.signed(
        bench.claims(AccessBench.base + (audience.hasSuffix("token") ? "/cds-services/sign" : "/oauth/token")))
    },
    .no("aud in a list in a list") { forge, bench, audience in
      forge.signed(bench.claims(audience, ["aud": [[audience]]]))
    },
    .no("no aud", claims: { _ in ["aud": NSNull()] }), .no("aud of none", claims: { _ in ["aud": [String]()] }),
    .no("expired", claims: { ["exp": $0.seconds - 1] }), .no("expires now", claims: { ["exp": $0.seconds] }),
    .no("good for more than five minutes", claims: { ["exp": $0.seconds + 301] }),
    .no("the same without iat", claims: { ["exp": $0.seconds + 301, "iat": NSNull()] }),
    .no("good for a day", claims: { ["exp": $0.seconds + 86_400] }),
    .no("good for ever", claims: { _ in ["exp": 1e300] }), .no("never good", claims: { _ in ["exp": -1] }),
    .no("no exp", claims: { _ in ["exp": NSNull()] }),
    .no("exp as a text", claims: { ["exp": String($0.seconds + 240)] }),
    .no("exp as true", claims: { _ in ["exp": true] }), .no("iat as a text", claims: { ["iat": String($0.seconds)] }),
    .no("exp in milliseconds", claims: { ["exp": ($0.seconds + 240) * 1000] }),
    .no("iat more than a minute ahead", claims: { ["iat": $0.seconds + 61] }),
    .no("not yet valid", claims: { ["nbf": $0.seconds + 61] }),
    .no("no jti", claims: { _ in ["jti": NSNull()] }), .no("an empty jti", claims: { _ in ["jti": ""] }),
    .no("jti that is a number", claims: { _ in ["jti": 7] }),
    .no("jti that is a list", claims: { _ in ["jti": ["a"]] }),
    .no("unknown iss", claims: { _ in ["iss": "nobody", "sub": "nobody"] }),
    .no("no iss", claims: { _ in ["iss": NSNull()] }),
    .no("iss is not sub", claims: { _ in ["sub": "lab"] }),
    .no("sub of another, iss too", claims: { _ in ["iss": "lab", "sub": "lab"] }),
    .no("iss in other letters", claims: { _ in ["iss": "EHR", "sub": "EHR"] }),
    .no("a disabled client", claims: { _ in ["iss": "gone", "sub": "gone"] }),
    .no("a client by certificate", claims: { _ in ["iss": "tls", "sub": "tls"] }),
    .no("a user", claims: { _ in ["iss": "wang", "sub": "wang"] }),
  ]

  private static func parts(_ token: String) -> [String] { token.split(separator: ".").map(String.init) }

  private static let texts: [Row] = [
    .no("claims changed") { forge, bench, audience in
      let parts = parts(forge.signed(bench.claims(audience)))
      return parts[0] + "." + Forge.part(bench.claims(audience, ["exp": bench.seconds + 299])) + "." + parts[2]
    },
    .no("a signature that is cut", text: { String($0.dropLast(4)) }),
    .no("a signature that is longer", text: { $0 + "AAAA" }),
    .no("no signature", text: { parts($0)[..<2].joined(separator: ".") + "." }),
    .no(
      "a signature of zeros",
      text: { parts($0)[..<2].joined(separator: ".") + "." + Base64URL.text([UInt8](repeating: 0, count: 96)) }),
    .no("a signature in DER") { forge, bench, audience in
      let parts = parts(forge.signed(bench.claims(audience)))
      let der = try forge.ec.signature(for: Data((parts[0] + "." + parts[1]).utf8)).derRepresentation
      return parts[0] + "." + parts[1] + "." + Base64URL.text(der)
    },
    .no("two parts", text: { parts($0)[..<2].joined(separator: ".") }), .no("four parts", text: { $0 + ".AAAA" }),
    .no("five parts", text: { $0 + ".AAAA.AAAA" }), .no("nothing but dots", text: { _ in ".." }),
    .no("three dots", text: { _ in "..." }),
    .no("a space within", text: { $0.replacing(".", with: ". ") }),
    // HTTP takes white space around a header's value away (RFC 9110, section 5.5).
    Row(name: "a tab at its end", atToken: 401, atService: 200) { forge, bench, audience in
      forge.signed(bench.claims(audience)) + "\t"
    },
    .no("padding", text: { $0 + "=" }), .no("padding within", text: { $0.replacing(".", with: "=.") }),
    .no("a header that is a list", text: { Forge.part(["ES384"]) + $0.drop { $0 != "." } }),
    .no("a header that is no JSON", text: { Base64URL.text("alg".utf8) + $0.drop { $0 != "." } }),
    .no("claims that are a list") { forge, _, _ in
      let text = Forge.part(["alg": "ES384", "kid": "es"]) + "." + Forge.part(["iss"])
      return text + "." + Base64URL.text(try forge.ec.signature(for: Data(text.utf8)).rawRepresentation)
    },
    Row(name: "a megabyte", atToken: 413, atService: 401) { forge, bench, audience in
      forge.signed(bench.claims(audience, ["pad": String(repeating: "a", count: 1 << 20)]))
    },
    .no("ten kilobytes", claims: { _ in ["pad": String(repeating: "a", count: 10_000)] }),
    .no("nested a thousand deep") { forge, bench, audience in
      let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
      let text =
        Forge.part(["alg": "ES384", "kid": "es"]) + "." + Base64URL.text("{\"iss\":\"ehr\",\"a\":\(deep)}".utf8)
      return text + "." + Base64URL.text(try forge.ec.signature(for: Data(text.utf8)).rawRepresentation)
    },
  ]

  private static func bench(_ forge: Forge) throws -> AccessBench {
    let bench = try AccessBench()
    let keys = try forge.keys()
    try bench.addClient(keys: keys, keyAddress: "https://ehr.example/keys")
    try bench.addClient(
      "lab", .source,
      keys: try KeySet(
        jwks: Array(JSONSerialization.data(withJSONObject: Forge.jwk(P384.Signing.PrivateKey().publicKey)))))
    try bench.addClient("gone", keys: keys)
    _ = try bench.registry.setAccount("gone", .client, enabled: false, by: "operator")
    try bench.addClient("tls", certificate: [UInt8](repeating: 1, count: 32))
    _ = try bench.addUser()
    return bench
  }

  @Test("each is answered as it must be, at the token endpoint and at a CDS service")
  func table() async throws {
    let forge = Forge()
    let bench = try Self.bench(forge)
    let rows = Self.good + Self.algorithms + Self.keys + Self.claims + Self.texts
    #expect(rows.count > 100)
    #expect(Set(rows.map(\.name)).count == rows.count)
    try await bench.app().test(.router) { client in
      for row in rows {
        let assertion = try row.make(forge, bench, AccessBench.base + "/oauth/token")
        let answer = try await client.token(assertion: assertion)
        #expect(Int(answer.status.code) == row.atToken, "\(row.name): \(answer.text)")
        if answer.status.code == 401 {
          #expect(answer.json["error"] as? String == "invalid_client", "\(row.name)")
          #expect(answer.headers[.cacheControl] == "no-store")
        }
        let called = try await client.call(row.make(forge, bench, AccessBench.base + "/cds-services/sign"))
        #expect(Int(called.status.code) == row.atService, "\(row.name): \(called.text)")
        // Nothing of what was wrong is told.
        if called.status == .unauthorized {
          #expect((called.json["error"] as? [String: Any])?["code"] as? String == "not-authenticated", "\(row.name)")
        }
      }
    }
    #expect(try bench.registry.check().problems == [])
  }

  @Test("a jti is good once: at both doors, for each client by itself, at the same time, and after a restart")
  func once() async throws {
    let forge = Forge()
    let bench = try Self.bench(forge)
    try bench.addClient("second", keys: forge.keys())
    let service = AccessBench.base + "/cds-services/sign"
    let assertion = forge.signed(bench.claims(AccessBench.base + "/oauth/token", ["jti": "a"]))
    let own = forge.signed(bench.claims(service, ["jti": "b"]))
    let both = forge.signed(bench.claims(service, ["aud": [service, AccessBench.base + "/oauth/token"], "jti": "c"]))
    try await bench.app().test(.router) { client in
      #expect(try await client.token(assertion: assertion).status == .ok)
      #expect(try await client.token(assertion: assertion).status == .unauthorized)
      #expect(try await client.call(own).status == .ok)
      #expect(try await client.call(own).status == .unauthorized)
      #expect(try await client.call(both).status == .ok)
      #expect(try await client.token(assertion: both).status == .unauthorized)
      // What was refused for another reason has not used its jti up.
      let early = bench.claims(service, ["jti": "d", "nbf": bench.seconds + 100])
      #expect(try await client.call(forge.signed(early)).status == .unauthorized)
      #expect(try await client.call(forge.signed(bench.claims(service, ["jti": "d"]))).status == .ok)
      let same = forge.signed(bench.claims(service, ["iss": "second", "sub": "second", "jti": "d"]))
      #expect(try await client.call(same).text == "second")
      let racing = forge.signed(bench.claims(service, ["jti": "e"]))
      let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 { group.addTask { try await client.call(racing).status == .ok } }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(taken == 1)
    }
    let restarted = try bench.restarted()
    try await bench.app(restarted).test(.router) { client in
      let again = try await client.token(assertion: assertion)
      #expect(again.status == .unauthorized)
      #expect(try await client.call(own).status == .unauthorized)
      #expect(try await client.call(forge.signed(bench.claims(service))).status == .ok)
      bench.wait(seconds: 239)
      #expect(try await client.call(own).status == .unauthorized)
    }
  }

  @Test("of two keys of a kind, a token without kid names neither; after a reset only the new one is good")
  func several() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    let two = ["keys": [Forge.jwk(forge.ec.publicKey, kid: "es"), Forge.jwk(forge.otherEC.publicKey, kid: "next")]]
    try bench.addClient(keys: try KeySet(jwks: Array(JSONSerialization.data(withJSONObject: two))))
    let service = AccessBench.base + "/cds-services/sign"
    try await bench.app().test(.router) { client in
      #expect(try await client.call(forge.signed(bench.claims(service), ["kid": NSNull()])).status == .unauthorized)
      #expect(try await client.call(forge.signed(bench.claims(service))).status == .ok)
      let next = { forge.signed(bench.claims(service), ["kid": "next"], by: forge.otherEC) }
      #expect(try await client.call(next()).status == .ok)
      let given = try await client.token(assertion: forge.signed(bench.claims(AccessBench.base + "/oauth/token")))
      let bearer = try #require(given.json["access_token"] as? String)
      #expect(try await client.call(bearer).status == .ok)
      let one = try KeySet(
        jwks: Array(JSONSerialization.data(withJSONObject: Forge.jwk(forge.otherEC.publicKey, kid: "next"))))
      _ = try bench.registry.resetAccount("ehr", .client, AccountReset(keys: one), by: "operator")
      #expect(try await client.call(forge.signed(bench.claims(service))).status == .unauthorized)
      #expect(try await client.call(next()).status == .ok)
      #expect(try await client.call(bearer).status == .unauthorized, "given for a key that is no more")
    }
  }

  /// CDS Hooks 2.0, "Trusting CDS Clients", the example (CC BY 4.0, HL7 International).
  private static let printed =
    "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcGxlLmNvbS9qd2tfdXJpIn0"
    + ".eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1wbGUub3JnL2Nkcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZWUyMmIwMjEtZTFiNy00NjExLWJhNWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZDMwMmEyIn0"
    + ".d1WfLjGRKlcWB94l9do4cM8REXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vXWEIYTdjooZdooCSDf2L8-i4awdoUwiEb"
  private static let printedKeys = #"""
    {"keys":[{"kty":"EC","use":"sig","crv":"P-384","kid":"example-kid","alg":"ES384",
    "x":"46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
    "y":"XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI"}]}
    """#

  @Test(
    "the token printed in the CDS Hooks text is good in the five minutes before it expires, with its jku registered",
    arguments: [(200, true, 200), (1, true, 200), (301, true, 401), (0, true, 401), (200, false, 401)])
  func printedToken(before: Int, knowsAddress: Bool, status: Int) async throws {
    let bench = try AccessBench(seconds: 1_422_568_860 - before, publicURL: "https://cds.example.org")
    try bench.addClient(
      "https://fhir-ehr.example.com/", keys: try KeySet(jwks: Array(Self.printedKeys.utf8)),
      keyAddress: knowsAddress ? "https://fhir-ehr.example.com/jwk_uri" : nil)
    try await bench.app().test(.router) { client in
      let path = "/cds-services/some-service"
      let answer = try await client.call(Self.printed, path: path)
      #expect(Int(answer.status.code) == status)
      #expect(try await client.call(Self.printed, path: path).status == .unauthorized)
      #expect(try await client.call(Self.printed, path: "/cds-services/other").status == .unauthorized)
    }
  }
}
