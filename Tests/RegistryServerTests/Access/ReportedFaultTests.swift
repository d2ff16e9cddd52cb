import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

/// What others' implementations were reported to get wrong, tried on this one. More of the kind stand in the table of tokens: algorithm
/// confusion by `kid` (mpdavis/python-jose 274, nov/json-jwt 95), a key of the token's own (OWASP/CheatSheetSeries 2317), `jti` that is a
/// list (PrefectHQ/fastmcp 4483), no bound on `exp` and `iat` (thunder-id/thunderid 5500), `jku` that is not registered
/// (smart-on-fhir/fhir-bulk-data-docs 46), two keys and no `kid` (hyprstream/hyprstream 1184).
@Suite("faults reported elsewhere")
struct ReportedFaultTests {
  private static let audience = AccessBench.base + "/oauth/token"

  @Test("a jti is remembered for as long as its token is good, leeway and all (azure-health-data-and-ai-samples 413)")
  func leeway() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    let service = AccessBench.base + "/cds-services/sign"
    try await bench.app().test(.router) { client in
      let ahead = bench.claims(service, ["iat": bench.seconds + 59, "exp": bench.seconds + 359])
      let token = forge.signed(ahead)
      let first = try await client.call(token)
      #expect(first.status == .ok)
      for _ in 0..<358 / 20 {
        bench.wait(seconds: 20)
        // Others have the store forget what expired.
        #expect(try await client.call(forge.signed(bench.claims(service))).status == .ok)
        #expect(try await client.call(token).status == .unauthorized)
      }
    }
  }

  @Test(
    "a charset beside the form's type is taken (openiddict-core 745); no client authentication is no 500 (esignet 2260)"
  )
  func types() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    try await bench.app().test(.router) { client in
      for type in [
        "application/x-www-form-urlencoded;charset=utf-8", "Application/X-WWW-Form-Urlencoded ; charset=UTF-8",
      ] {
        let answer = try await client.token(
          [
            ("grant_type", "client_credentials"), ("client_assertion", forge.signed(bench.claims(Self.audience))),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
          ], headers: [.contentType: type])
        #expect(answer.status == .ok, "\(type): \(answer.text)")
      }
      for fields in [
        [("grant_type", "client_credentials")], [("grant_type", "client_credentials"), ("client_id", "ehr")],
      ] {
        let answer = try await client.token(fields)
        #expect(answer.status == .badRequest && answer.json["error"] as? String == "invalid_request")
      }
    }
  }

  @Test(
    "an issuer that is an address is a client like others (fhir.cerner.com 707); an aud that is none is refused (meld 11)"
  )
  func issuers() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient("https://cds-hooks.ehr.example", keys: forge.keys())
    let names = ["iss": "https://cds-hooks.ehr.example", "sub": "https://cds-hooks.ehr.example"]
    try await bench.app().test(.router) { client in
      let good = bench.claims(AccessBench.base + "/cds-services/sign", names)
      let taken = try await client.call(forge.signed(good))
      #expect(taken.status == .ok)
      #expect(try await client.call(forge.signed(bench.claims("sand_man", names))).status == .unauthorized)
      // Discovery is called with a token, too: any will do there, as nobody is asked who they are.
      let discovery = bench.claims(AccessBench.base + "/cds-services", names)
      #expect(try await client.call(forge.signed(discovery)).status == .unauthorized)
    }
  }

  @Test("another site cannot have a browser sign somebody in (osTicket 1727)")
  func signInFromElsewhere() async throws {
    let bench = try AccessBench()
    let site = HTTPField.Name("Sec-Fetch-Site")!
    try await bench.app().test(.router) { client in
      for (from, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 401), ("none", 401)] {
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        headers[site] = from
        let answer = try await client.execute(
          uri: "/sign-in", method: .post, headers: headers,
          body: ByteBuffer(string: "name=a&password=b&code=c"))
        #expect(Int(answer.status.code) == status, "\(from)")
        bench.wait(seconds: 60)
      }
    }
  }

  @Test("two headers that say who one is say nothing (permitio/docs 623)")
  func twice() async throws {
    let forge = Forge()
    let bench = try AccessBench()
    try bench.addClient(keys: forge.keys())
    let account = try #require(try bench.registry.account("ehr"))
    let scopes = try #require(GrantedScopes(asked: nil, by: account.role))
    let tokens = try (0..<2).map { _ in try bench.service.access.bearerTokens.issue(to: account, scopes) }
    try await bench.app().test(.router) { client in
      var headers: HTTPFields = [:]
      headers[values: .authorization] = tokens.map { "Bearer \($0)" }
      let answer = try await client.execute(uri: "/cds-services/sign", method: .post, headers: headers)
      #expect(answer.status == .unauthorized)
    }
  }
}
