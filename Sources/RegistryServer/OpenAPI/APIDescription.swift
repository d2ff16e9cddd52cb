import Hummingbird
import Messages

/// The description of the whole service in OpenAPI 3.1, of the one matrix of routes: what is not answered is not described, and a route
/// without a description fails a test.
enum APIDescription {
  /// - Parameter base: the service as it is seen from outside.
  static func json(base: String) -> String {
    var paths: [JSONValue.Member] = []
    for route in Route.all {
      guard let operation = operations["\(route.method.rawValue) \(route.path)"] else { continue }
      let member = JSONValue.Member(route.method.rawValue.lowercased(), operation.json(route))
      if let place = paths.firstIndex(where: { $0.name == route.path }),
        case .object(let members) = paths[place].value
      {
        paths[place].value = .object(members + [member])
      } else {
        paths.append(.init(route.path, .object(pathParameters(route.path) + [member])))
      }
    }
    return JSONValue.object([
      .init("openapi", .string("3.1.0")), .init("info", info),
      .init("servers", .array([.object([.init("url", .string(base))])])),
      .init(
        "security",
        .array(
          ["bearer", "mutualTLS", "session"].map { .object([.init($0, .array([]))]) })),
      .init("paths", .object(paths)), .init("components", components),
    ]).json
  }

  private static let info = value(
    """
    {"title":"Huren 互认","version":"1","summary":"A registry for mutual recognition of test results between hospitals.",
     "description":"Identifiers of people are never in a path or a query string, only in bodies. Errors are told by `error.code`, which is stable. `HEAD` is answered where `GET` is, but at `/launch/{code}`; any other method that is not named here is 405 with `Allow`. `x-huren-scope` is what a bearer token must be for."}
    """)

  private static func pathParameters(_ path: String) -> [JSONValue.Member] {
    let names = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { $0.dropFirst().dropLast() }
    if names.isEmpty { return [] }
    return [
      .init(
        "parameters",
        .array(
          names.map { name in
            let isService = path.hasPrefix("/cds-services/")
            let schema =
              isService
              ? JSONValue.object([
                .init("enum", .array(CDSHook.allCases.map { .string($0.service) }))
              ]) : value(#"{"type":"string","minLength":1}"#)
            return .object([
              .init("name", .string(String(name))), .init("in", .string("path")), .init("required", .boolean(true)),
              .init("schema", schema),
            ])
          }))
    ]
  }

  /// What stands written in this file and its neighbours.
  static func value(_ text: String) -> JSONValue { (try? JSONValue(Array(text.utf8))) ?? .null }
}

extension Route {
  static let openAPI = Route(.get, "/openapi.json", .anybody)
}

extension RegistryService {
  func addOpenAPI(_ router: Router<ServerContext>) {
    on(.openAPI, router) { _, _ in
      JSONAnswer(APIDescription.json(base: self.configuration.base(port: self.configuration.listen.port)))
    }
  }
}
