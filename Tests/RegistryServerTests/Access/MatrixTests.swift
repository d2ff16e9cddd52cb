import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Messages
import Registry
import RegistryStore
import Testing

@testable import RegistryServer

@Suite("every role at every route")
struct MatrixTests {
  /// What shows a role, as its account got it from the service itself.
  private static func credentials(
    _ bench: AccessBench, _ client: some TestClientProtocol
  ) async throws -> [(name: String, Role, HTTPFields)] {
    var all: [(name: String, Role, HTTPFields)] = []
    let forge = Forge()
    for role in Role.allowed(for: .client) {
      let name = "client-\(role.rawValue)"
      try bench.addClient(name, role, keys: forge.keys())
      let claims = bench.claims(AccessBench.base + "/oauth/token", ["iss": name, "sub": name])
      let answer = try await client.token(assertion: forge.signed(claims), scope: nil)
      all.append((name, role, [.authorization: "Bearer \(try #require(answer.json["access_token"] as? String))"]))
    }
    for role in Role.allowed(for: .user) {
      let name = "user-\(role.rawValue)"
      let person = role == .resident ? try await bench.person() : nil
      let added = try bench.registry.addAccount(
        Account(name: name, kind: .user, role: role, institutions: [AccessBench.institution], person: person),
        by: "operator")
      let password = "a password of \(role.rawValue)"
      let enrolled = try await client.post("/enrol", ["name": name, "code": added.code ?? "", "password": password])
      #expect(enrolled.status == .ok, "\(enrolled.text)")
      let totp = OneTimePassword(secret: try #require(try bench.registry.accountSecrets(name)?.totp))
      let answer = try await client.post(
        "/sign-in", ["name": name, "password": password, "code": totp.code(step: Int64(bench.seconds) / 30)])
      var headers: HTTPFields = [.cookie: String(try #require(answer.headers[.setCookie]).prefix { $0 != ";" })]
      headers[.hurenFormToken] = try #require(answer.json["formToken"] as? String)
      all.append((name, role, headers))
    }
    return all
  }

  @Test("is permitted what the table says, and nothing else; nobody without showing who they are")
  func matrix() async throws {
    let bench = try AccessBench()
    let service = bench.service
    let router = Router(context: ServerContext.self)
    router.add(middleware: ErrorMiddleware())
    // The gate of each route, without what is behind it.
    for route in Route.all where !Route.ofAccess.contains(route) {
      service.on(route, router) { _, context in context.caller?.role.rawValue ?? "anybody" }
    }
    service.addAccess(router)
    try await Application(router: router, logger: AccessBench.quiet).test(.router) { client in
      let credentials = try await Self.credentials(bench, client)
      #expect(Set(credentials.map { $0.1 }) == Set(Role.allCases))
      for route in Route.all where route != .signOut {
        let path = route.path.replacing(/\{[a-z]+\}/, with: "x")
        let unknown = try await client.execute(uri: path, method: route.method)
        switch route.callers {
        case .anybody: #expect(![401, 403].contains(unknown.status.code), "\(path)")
        case .roles: #expect(unknown.status == .unauthorized, "\(path)")
        }
        for (name, role, headers) in credentials {
          let answer = try await client.execute(uri: path, method: route.method, headers: headers)
          let place = "\(route.method) \(path) by \(name): \(answer.text)"
          guard case .roles(let roles) = route.callers else {
            #expect(![401, 403].contains(answer.status.code), "\(place)")
            continue
          }
          if !roles.contains(role) {
            #expect(answer.status == .forbidden && answer.text.contains("not-allowed"), "\(place)")
          } else if Route.ofAccess.contains(route) {
            // A client that is an auditor has no session to be told of.
            let isNone = route == .session && name.hasPrefix("client-")
            #expect((answer.status == .unauthorized) == isNone && answer.status != .forbidden, "\(place)")
          } else {
            #expect(answer.text == role.rawValue, "\(place)")
          }
        }
      }
    }
  }

  @Test("the service itself answers none of its routes to whom the table does not permit it")
  func gates() async throws {
    let bench = try AccessBench()
    let app = Application(router: bench.service.router(), logger: AccessBench.quiet)
    try await app.test(.router) { client in
      let credentials = try await Self.credentials(bench, client)
      for route in Route.all {
        guard case .roles(let roles) = route.callers else { continue }
        let path = route.path.replacing(/\{[a-z]+\}/, with: "x")
        let unknown = try await client.execute(uri: path, method: route.method)
        #expect(unknown.status == .unauthorized, "\(route.method) \(path)")
        for (name, role, headers) in credentials where !roles.contains(role) {
          let answer = try await client.execute(uri: path, method: route.method, headers: headers)
          #expect(answer.status == .forbidden, "\(route.method) \(path) by \(name)")
        }
      }
    }
  }

  @Test("a client of several institutions says for which it acts, and acts for no other")
  func institutions() async throws {
    let bench = try AccessBench()
    let service = bench.service
    let one = Caller(name: "a", kind: .client, role: .source, institutions: ["H1"])
    let several = Caller(name: "a", kind: .client, role: .source, institutions: ["H1", "H2"])
    func request(_ named: String?) -> Request {
      var fields: HTTPFields = [:]
      fields[.hurenInstitution] = named
      let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/", headerFields: fields)
      return Request(head: head, body: .init(buffer: .init()))
    }
    #expect(try service.institution(of: one, request(nil)) == "H1")
    #expect(try service.institution(of: several, request("H2")) == "H2")
    #expect(throws: ServiceError.institutionNeeded) { try service.institution(of: several, request(nil)) }
    #expect(throws: ServiceError.notYourInstitution) { try service.institution(of: several, request("H3")) }
    #expect(throws: ServiceError.notYourInstitution) { try service.institution(of: one, request("")) }
  }
}

extension AccessBench {
  /// The code of somebody who is in the registry.
  func person() async throws -> String {
    let message = """
      MSH|^~\\&|LIS|\(AccessBench.institution)|||20250901080000||ORU^R01|M1|P|2.5.1\rPID|||A1^^^^MR~999901196205141019^^^^NI||欧阳^明霞||19620514|F\r\
      OBR|1||R1|K|||20250901070000|||||||||||||||20250901080000|||F\rOBX|1|NM|K||4.1|mmol/L|3.5-5.3|N|||F\r
      """
    let submission = try await registry.submit(Array(message.utf8), from: AccessBench.institution, label: "test")
    let found = try registry.persons(with: Identifier(.residentID, "999901196205141019"), institution: nil)
    return try #require(found.first, "\(submission.acknowledgement.findings)")
  }
}
