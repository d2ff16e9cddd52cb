import HTTPTypes
import Hummingbird

/// Says to browsers which pages of elsewhere may show images: viewers that the operator named. Who asks is shown by the address or a
/// token: a cookie is never sent along.
struct ImageCrossOrigin: RouterMiddleware {
  typealias Context = ServerContext
  /// `https://viewer.example`; as the configuration has them now.
  let origins: @Sendable () -> [String]

  init(_ origins: @escaping @Sendable () -> [String]) { self.origins = origins }

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    guard path.hasPrefix("/dicom-web/") || path.hasPrefix("/images/"), let origin = request.headers[.origin],
      origins().contains(origin)
    else { return try await next(request, context) }
    var response: Response
    if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
      response = Response(status: .noContent)
      response.headers[.accessControlAllowMethods] = "GET"
      response.headers[.accessControlAllowHeaders] = "Accept, Authorization, Huren-Institution, Huren-Person"
      response.headers[.accessControlMaxAge] = "600"
    } else {
      response = try await next(request, context)
    }
    response.headers[.vary] = "Origin"
    response.headers[.accessControlAllowOrigin] = origin
    return response
  }
}
