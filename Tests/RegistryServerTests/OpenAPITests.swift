import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import RegistryStore
import Testing

@testable import Messages
@testable import RegistryServer

@Suite("the service's description")
struct OpenAPITests {
  private static let document = APIDescription.value(APIDescription.json(base: "https://huren.example"))

  private func members(_ value: JSONValue?) -> [JSONValue.Member] {
    if case .object(let members) = value { members } else { [] }
  }

  @Test("every route is described with its method, and nothing that is no route")
  func complete() {
    let described = members(Self.document["paths"]).flatMap { path in
      members(path.value).filter { $0.name != "parameters" }.map { "\($0.name.uppercased()) \(path.name)" }
    }
    let routed = Route.all.map { "\($0.method.rawValue) \($0.path)" }
    #expect(described.sorted() == routed.sorted())
    #expect(Set(APIDescription.operations.keys) == Set(routed))
  }

  @Test("who may is said of each as the matrix says it")
  func security() throws {
    let schemes = members(Self.document["components"]?["securitySchemes"]).map(\.name)
    #expect(schemes == ["bearer", "mutualTLS", "session"])
    #expect((Self.document["security"]?.elements ?? []).flatMap { members($0).map(\.name) } == schemes)
    for route in Route.all {
      let operation = try #require(Self.document["paths"]?[route.path]?[route.method.rawValue.lowercased()])
      switch route.callers {
      case .anybody: #expect(operation["security"]?.elements?.isEmpty == true, "\(route.path)")
      case .roles(let roles):
        #expect(operation["security"] == nil && operation["responses"]?["401"] != nil, "\(route.path)")
        #expect(operation["x-huren-scope"]?.text == route.scope?.description, "\(route.path)")
        #expect(operation["x-huren-roles"]?.elements?.compactMap(\.text) == roles.map(\.rawValue).sorted())
      }
    }
  }

  @Test("what is referred to is there, and each operation has a name of its own")
  func references() throws {
    var references: Set<String> = []
    func gather(_ value: JSONValue) {
      for element in value.elements ?? [] { gather(element) }
      for member in members(value) {
        if member.name == "$ref", let text = member.value.text { references.insert(text) }
        gather(member.value)
      }
    }
    gather(Self.document)
    #expect(references.count > 10)
    for reference in references {
      var found: JSONValue? = Self.document
      for part in reference.dropFirst(2).split(separator: "/") { found = found?[String(part)] }
      #expect(found != nil, "\(reference)")
    }
    let names = Route.all.compactMap {
      Self.document["paths"]?[$0.path]?[$0.method.rawValue.lowercased()]?["operationId"]?.text
    }
    #expect(Set(names).count == Route.all.count)
  }

  @Test("anybody may read it, and its error is the error that is answered")
  func served() async throws {
    let bench = try await CDSBench(feeds: false)
    let answer = try await bench.call(.get, "/openapi.json", as: nil)
    #expect(answer.status == 200 && answer.json["openapi"]?.text == "3.1.0")
    #expect(answer.json["servers"]?.elements?.first?["url"]?.text == "https://huren.example")
    let error = try await bench.call(.post, "/cds-services/huren-order-sign", "{}")
    let schema = answer.json["components"]?["schemas"]?["Error"]?["properties"]?["error"]
    let known = Set(members(schema?["properties"]).map(\.name))
    #expect(Set(members(error.json["error"]).map(\.name)).isSubset(of: known))
    for name in schema?["required"]?.elements?.compactMap(\.text) ?? [] { #expect(error.json["error"]?[name] != nil) }
  }

  /// Takes minutes: for who asks for it, `HUREN_FUZZ=SECONDS swift test --filter OpenAPITests`.
  @Test(
    "schemathesis finds no answer of 5xx and none that is not as described",
    .enabled(
      if: ProcessInfo.processInfo.environment["HUREN_FUZZ"] != nil, "HUREN_FUZZ=SECONDS asks for it: it takes minutes"))
  func fuzzed() async throws {
    let bench = try await CDSBench()
    bench.set("2026-05-18T17:00:00+08:00")
    let app = Application(router: bench.service.router(), logger: CDSBench.quiet)
    try await app.test(.live) { client in
      let port = try #require(client.port)
      let said = try await run(
        CDSBench.root.appending(path: "Scripts/openapi-fuzz").path,
        ["http://127.0.0.1:\(port)", ProcessInfo.processInfo.environment["HUREN_FUZZ"] ?? "60"],
        ["HUREN_TOKEN": "ehr@SYNTH-H4"])
      #expect(said.status == 0, "\(said.output.suffix(6000))")
    }
  }
}
