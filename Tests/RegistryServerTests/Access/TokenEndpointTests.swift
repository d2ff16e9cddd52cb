import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("POST /oauth/token")
struct TokenEndpointTests {
  private static let audience = AccessBench.base + "/oauth/token"

  @Test("a request that is none has the error of RFC 6749, and is never kept by a cache")
  func refused() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    let good = [
      ("grant_type", "client_credentials"),
      ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("scope", "system/*.rs"),
    ]
    func assertion() -> (String, String) { ("client_assertion", forge.signed(bench.claims(Self.audience))) }
    func without(_ name: String) -> [(String, String)] { good.filter { $0.0 != name } + [assertion()] }
    func with(_ name: String, _ value: String) -> [(String, String)] { without(name) + [(name, value)] }
    let json: HTTPFields = [.contentType: "application/json"]
    let rows: [(String, [(String, String)], HTTPFields, Int, String)] = [
      ("no grant_type", without("grant_type"), [:], 400, "invalid_request"),
      ("an empty one", with("grant_type", ""), [:], 400, "invalid_request"),
      ("another", with("grant_type", "authorization_code"), [:], 400, "unsupported_grant_type"),
      ("password", with("grant_type", "password"), [:], 400, "unsupported_grant_type"),
      ("twice", good + [assertion(), ("grant_type", "client_credentials")], [:], 400, "invalid_request"),
      ("no assertion type", without("client_assertion_type"), [:], 400, "invalid_request"),
      (
        "SAML", with("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), [:], 401,
        "invalid_client"
      ),
      ("no assertion", good, [:], 400, "invalid_request"),
      ("two assertions", good + [assertion(), assertion()], [:], 400, "invalid_request"),
      ("JSON", good + [assertion()], json, 400, "invalid_request"),
      ("a secret", good + [assertion(), ("client_secret", "s")], [:], 401, "invalid_client"),
      ("Basic", good + [assertion()], [.authorization: "Basic ZWhyOnM="], 401, "invalid_client"),
      ("client_id of another", good + [assertion(), ("client_id", "lab")], [:], 401, "invalid_client"),
      ("a scope that is none", with("scope", "everything"), [:], 400, "invalid_scope"),
      ("of a user", with("scope", "patient/*.read launch"), [:], 400, "invalid_scope"),
      ("of another role", with("scope", "system/*.c"), [:], 400, "invalid_scope"),
    ]
    try await bench.app().test(.router) { client in
      for (name, fields, headers, status, error) in rows {
        let answer = try await client.token(fields, headers: headers)
        #expect(Int(answer.status.code) == status, "\(name): \(answer.text)")
        #expect(answer.json["error"] as? String == error, "\(name): \(answer.text)")
        #expect(answer.headers[.cacheControl] == "no-store", "\(name)")
        #expect(answer.headers[.contentType] == "application/json", "\(name)")
      }
      let broken = try await client.execute(
        uri: "/oauth/token", method: .post, headers: [.contentType: "application/x-www-form-urlencoded"],
        body: ByteBuffer(string: "grant_type=%ff&scope=%zz"))
      #expect(broken.json["error"] as? String == "invalid_request")
    }
  }

  @Test("a token is good for five minutes, for its own account as it is now, and for nobody's after a restart")
  func bearer() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    try await bench.app().test(.router) { client in
      let more = [("client_id", "ehr")]
      let answer = try await client.token(assertion: forge.signed(bench.claims(Self.audience)), more: more)
      #expect(answer.json["token_type"] as? String == "bearer")
      #expect(answer.json["expires_in"] as? Int == 300)
      #expect(answer.json["scope"] as? String == "system/*.rs")
      #expect(answer.headers[.pragma] == "no-cache")
      let token = try #require(answer.json["access_token"] as? String)
      #expect(token.count == 43)
      #expect(try await client.call(token).text == "ehr")
      let lower = try await client.execute(
        uri: "/cds-services/sign", method: .post, headers: [.authorization: "bEARER \(token)"])
      #expect(lower.status == .ok)
      for wrong in ["", " ", String(token.dropLast()), token + "A", " " + token, token.uppercased(), "Bearer " + token]
      {
        #expect(try await client.call(wrong).status == .unauthorized, "\(wrong)")
      }
      for header in ["Basic \(token)", token, "Bearer", "Bearer\(token)", "Bearer \(token), Bearer \(token)"] {
        let answer = try await client.execute(
          uri: "/cds-services/sign", method: .post, headers: [.authorization: header])
        #expect(answer.status == .unauthorized, "\(header)")
      }
      _ = try bench.registry.setAccount("ehr", .client, enabled: false, by: "operator")
      #expect(try await client.call(token).status == .unauthorized)
      _ = try bench.registry.setAccount("ehr", .client, enabled: true, by: "operator")
      #expect(try await client.call(token).status == .ok)
      bench.wait(seconds: 299)
      #expect(try await client.call(token).status == .ok)
      bench.wait(seconds: 1)
      #expect(try await client.call(token).status == .unauthorized)
    }
  }

  @Test("a token of one door is none at another, and a role's token is refused where the role may not")
  func roles() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient("lab", .source, keys: forge.keys())
    try bench.addClient(keys: forge.keys())
    try await bench.app().test(.router) { client in
      let claims = bench.claims(Self.audience, ["iss": "lab", "sub": "lab"])
      let answer = try await client.token(assertion: forge.signed(claims), scope: nil)
      #expect(answer.json["scope"] as? String == "system/*.c")
      let token = try #require(answer.json["access_token"] as? String)
      let refused = try await client.post(
        "/launch", ["practitioner": "p", "patient": ["identifiers": [[:]]]],
        headers: [.authorization: "Bearer \(token)"])
      #expect(refused.status == .forbidden)
      // Its own JWT is for CDS Hooks alone.
      let own = forge.signed(bench.claims(AccessBench.base + "/launch"))
      let elsewhere = try await client.post(
        "/launch", ["practitioner": "p", "patient": ["identifiers": [[:]]]], headers: [.authorization: "Bearer \(own)"])
      #expect(elsewhere.status == .unauthorized)
    }
  }

  @Test("scopes never give more than the role, whatever is asked")
  func scopes() {
    let rows: [(String?, Role, String?)] = [
      (nil, .orderEntry, "system/*.rs"), ("system/*.read", .orderEntry, "system/*.read"),
      ("system/*.*", .orderEntry, "system/*.rs"), ("system/*.cruds", .source, "system/*.c"),
      ("system/Bundle.write", .source, "system/Bundle.c"),
      ("system/Observation.r system/X.d", .auditor, "system/Observation.r"),
      ("system/Observation.rs patient/*.rs", .auditor, "system/Observation.rs"),
      ("system/Observation.sr", .auditor, nil), ("system/Observation.rr", .auditor, nil), ("system/.r", .auditor, nil),
      ("system/Observation.", .auditor, nil), ("system/Observation", .auditor, nil), ("openid", .orderEntry, nil),
      ("", .orderEntry, nil), ("system/Obs-1.r", .orderEntry, nil), ("system/*.rs", .source, nil),
      // What no route is for is nobody's.
      ("system/Condition.rs", .orderEntry, nil), ("system/observation.rs", .orderEntry, nil),
      ("system/Observation.rs system/Condition.rs", .orderEntry, "system/Observation.rs"),
      ("system/Patient.rs", .auditor, nil), ("system/Observation.rs?category=laboratory", .orderEntry, nil),
      ("SYSTEM/*.rs", .orderEntry, nil), (" system/*.read  ", .orderEntry, "system/*.read"),
      (nil, .clinician, nil), ("system/*.rs", .clinician, nil),
    ]
    for (asked, role, granted) in rows {
      #expect(GrantedScopes(asked: asked, by: role)?.text == granted, "\(asked ?? "nil")")
    }
  }

  @Test("SMART's configuration says where tokens are, below the base of FHIR too")
  func configuration() async throws {
    let bench = try AccessBench()
    try await bench.app().test(.router) { client in
      for path in ["/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration"] {
        let answer = try await client.execute(uri: path, method: .get)
        #expect(answer.headers[.contentType] == "application/json")
        #expect(answer.json["token_endpoint"] as? String == Self.audience)
        #expect(answer.json["grant_types_supported"] as? [String] == ["client_credentials"])
        #expect(answer.json["code_challenge_methods_supported"] as? [String] == ["S256"])
        #expect((answer.json["capabilities"] as? [String])?.contains("client-confidential-asymmetric") == true)
        let algorithms = answer.json["token_endpoint_auth_signing_alg_values_supported"] as? [String]
        #expect(algorithms == ["ES384", "RS384"])
      }
    }
  }
}

extension HTTPField.Name {
  fileprivate static let pragma = HTTPField.Name("Pragma")!
}
