import HTTPTypes
import Hummingbird

/// Says to browsers which pages of elsewhere may call the services (CDS Hooks 2.0, "Cross-Origin Resource Sharing"): discovery any, the
/// others those that are configured. On every answer, errors too: a browser shows nobody an error that it may not read.
struct CDSCrossOrigin: RouterMiddleware {
  typealias Context = ServerContext
  /// `https://ehr.example`; as the configuration has them now.
  let origins: @Sendable () -> [String]

  init(_ origins: @escaping @Sendable () -> [String]) { self.origins = origins }

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let isDiscovery = path == "/cds-services" || path == "/cds-services/"
    guard isDiscovery || path.hasPrefix("/cds-services/") else { return try await next(request, context) }
    var response = try await next(request, context)
    if !isDiscovery { response.headers[.vary] = "Origin" }
    guard let origin = request.headers[.origin], isDiscovery || origins().contains(origin) else { return response }
    response.headers[.accessControlAllowOrigin] = isDiscovery ? "*" : origin
    guard request.method == .options else { return response }
    response.headers[.accessControlAllowMethods] = isDiscovery ? "GET" : "POST"
    response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Huren-Institution"
    response.headers[.accessControlMaxAge] = "600"
    return response
  }
}
