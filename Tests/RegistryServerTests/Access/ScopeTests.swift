import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("a token does what it was asked for, and no more")
struct ScopeTests {
  private static let audience = AccessBench.base + "/oauth/token"

  /// Of every client's role a token for each scope, where there is one.
  private static func tokens(
    _ bench: AccessBench, _ client: some TestClientProtocol, _ scopes: [String?]
  ) async throws -> [(role: Role, asked: String?, granted: String, token: String)] {
    var tokens: [(Role, String?, String, String)] = []
    let forge = Forge()
    for role in Role.allowed(for: .client) {
      let name = "client-\(role.rawValue)"
      try bench.addClient(name, role, keys: forge.keys())
      for scope in scopes {
        let claims = bench.claims(audience, ["iss": name, "sub": name])
        let answer = try await client.token(assertion: forge.signed(claims), scope: scope)
        guard let token = answer.json["access_token"] as? String else {
          #expect(answer.status == .badRequest && answer.json["error"] as? String == "invalid_scope", "\(answer.text)")
          continue
        }
        tokens.append((role, scope, try #require(answer.json["scope"] as? String), token))
      }
    }
    return tokens
  }

  /// The gates of all routes, without what is behind them.
  private static func gates(_ bench: AccessBench) -> some ApplicationProtocol {
    let router = Router(context: ServerContext.self)
    router.add(middleware: ErrorMiddleware())
    for route in Route.all where route != .token { bench.service.on(route, router) { _, _ in "in" } }
    bench.service.on(.token, router) { request, context in
      try await bench.service.access.tokenEndpoint.answer(request, context)
    }
    return Application(router: router, logger: AccessBench.quiet)
  }

  /// What each scope opens, written out: of routes that the role may.
  private static let opened: [String: Set<String>] = [
    "system/Bundle.c": ["/feeds", "/fhir", "/soap"],
    "system/Observation.rs": [
      "/v1/decisions", "/v1/query", "/v1/feedback", "/cds-services/{id}", "/cds-services/{id}/feedback",
      "/fhir/Observation", "/fhir/Observation/_search", "/fhir/Observation/{id}", "/fhir/Observation/$lastn",
    ],
    "system/Patient.rs": [
      "/launch", "/fhir/Patient", "/fhir/Patient/_search", "/fhir/Patient/{id}",
      "/fhir/Patient/$match", "/fhir/Patient/{id}/$everything",
    ],
    "system/DiagnosticReport.rs": [
      "/fhir/DiagnosticReport", "/fhir/DiagnosticReport/_search", "/fhir/DiagnosticReport/{id}",
      "/fhir/DiagnosticReport/{id}/_history", "/fhir/DiagnosticReport/{id}/_history/{version}",
    ],
    "system/ImagingStudy.rs": Set(
      ["/fhir/ImagingStudy", "/fhir/ImagingStudy/_search", "/fhir/ImagingStudy/{id}"]
        + Route.ofImages.filter { $0.callers != .anybody }.map(\.path)),
    "system/Specimen.rs": ["/fhir/Specimen", "/fhir/Specimen/_search", "/fhir/Specimen/{id}"],
    "system/Organization.rs": ["/fhir/Organization", "/fhir/Organization/_search", "/fhir/Organization/{id}"],
    "system/Provenance.rs": ["/fhir/Provenance", "/fhir/Provenance/_search", "/fhir/Provenance/{id}"],
    "system/AuditEvent.rs": ["/fhir/AuditEvent", "/fhir/AuditEvent/_search"],
    "system/MeasureReport.rs": ["/metrics"],
  ]

  @Test("every route that a client may has its scope, and every scope its routes")
  func table() {
    let clients = Set(Role.allowed(for: .client))
    for route in Route.all {
      guard case .roles(let roles) = route.callers else {
        #expect(route.scope == nil, "\(route.path)")
        continue
      }
      // A session is a person's.
      let isOfSession = route == .session || route == .signOut || route.isPage
      #expect((route.scope == nil) == (isOfSession || roles.isDisjoint(with: clients)), "\(route.path)")
    }
    var opened: [String: Set<String>] = [:]
    for route in Route.all { route.scope.map { _ = opened[$0.description, default: []].insert(route.path) } }
    #expect(opened == Self.opened)
    #expect(Set(opened.keys).isSubset(of: GrantedScopes.supported))
  }

  @Test("every route with every scope of every role: what the scope opens, and nothing else")
  func matrix() async throws {
    let bench = try AccessBench()
    let whole: Set<String?> = [
      nil, "system/*.*", "system/*.cruds", "system/*.rs system/*.c", "system/*.read system/*.write",
    ]
    let parts: [String?] =
      Self.opened.keys.sorted() + [
        "system/Observation.r", "system/Observation.s", "system/Observation.r system/Observation.s",
        "system/Observation.read", "system/Observation.rs system/Patient.rs", "system/Bundle.write", "system/Bundle.r",
        "system/*.c", "system/*.rs", "system/*.r", "system/*.s", "system/*.d", "system/Condition.rs", "openid",
      ]
    try await Self.gates(bench).test(.router) { client in
      let tokens = try await Self.tokens(bench, client, Array(whole) + parts)
      #expect(Set(tokens.map(\.role)) == Set(Role.allowed(for: .client)))
      var refused = 0
      for (role, asked, granted, token) in tokens {
        for route in Route.all where route != .token {
          guard case .roles(let roles) = route.callers else { continue }
          let path = route.path.replacing(/\{[a-z]+\}/, with: "x")
          let answer = try await client.execute(
            uri: path, method: route.method, headers: [.authorization: "Bearer \(token)"])
          let place = "\(role) \(asked ?? "all") -> \(granted) at \(route.path): \(answer.status) \(answer.text)"
          guard roles.contains(role) else {
            #expect(answer.status == .forbidden && answer.text.contains("not-allowed"), "\(place)")
            continue
          }
          let isOpen =
            route.scope == nil || whole.contains(asked) || Self.opens(granted, route)
          if isOpen {
            #expect(answer.text == "in", "\(place)")
          } else {
            refused += 1
            #expect(answer.status == .forbidden && answer.text.contains("insufficient-scope"), "\(place)")
            let needed = try #require(Self.opened.first { $0.value.contains(route.path) }?.key)
            #expect(
              answer.headers[.wwwAuthenticate] == "Bearer error=\"insufficient_scope\", scope=\"\(needed)\"", "\(place)"
            )
          }
        }
      }
      #expect(refused > 20)
    }
  }

  /// By the words of a scope alone.
  private static func opens(_ granted: String, _ route: Route) -> Bool {
    let words = Set(granted.split(separator: " ").map(String.init))
    let needed = Self.opened.first { $0.value.contains(route.path) }?.key ?? ""
    let isCreate = needed.hasSuffix(".c")
    let any: Set<String> = isCreate ? ["system/*.c", "system/*.write"] : ["system/*.rs", "system/*.read"]
    let resource = needed.prefix { $0 != "." }
    let parted: Set<String> = ["\(resource).r", "\(resource).s"]
    return words.contains(needed) || !words.isDisjoint(with: any) || words.contains("\(resource).read")
      || !isCreate && parted.isSubset(of: words)
  }

  @Test(
    "who was refused for a scope is an event of the chain; a certificate or a JWT of one's own is for all of the role")
  func events() async throws {
    let bench = try AccessBench()
    let forge = Forge()
    try bench.addClient(keys: forge.keys())
    try await Application(router: bench.service.router(), logger: AccessBench.quiet).test(.router) { client in
      let answer = try await client.token(
        assertion: forge.signed(bench.claims(Self.audience)), scope: "system/Patient.rs")
      let token = try #require(answer.json["access_token"] as? String)
      for path in ["/v1/decisions", "/v1/query", "/v1/feedback", "/cds-services/huren-order-sign"] {
        let refused = try await client.call(token, path: path)
        #expect(refused.status == .forbidden && refused.text.contains("insufficient-scope"), "\(refused.text)")
      }
      let own = forge.signed(bench.claims(AccessBench.base + "/cds-services/huren-order-sign"))
      #expect(try await client.call(own, path: "/cds-services/huren-order-sign").status != .forbidden)
      // HEAD is no way around.
      let head = try await client.execute(uri: "/metrics", method: .head, headers: [.authorization: "Bearer \(token)"])
      #expect(head.status == .forbidden)
    }
    var rows: [AccessRow] = []
    try bench.registry.auditAccess(AccessFilter()) { rows.append($0) }
    #expect(rows.map(\.what) == ["decision", "query", "feedback", "decision"])
    #expect(rows.allSatisfy { $0.outcome == "refused" && $0.error == "insufficient-scope" && $0.account == "ehr" })
  }
}
