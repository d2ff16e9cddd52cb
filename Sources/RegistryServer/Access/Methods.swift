import HTTPTypes
import Hummingbird

extension Route {
  /// Whether it is also asked for its head alone. An address that is good once is not: who looks whether it is there has not opened it.
  var hasHead: Bool { method == .get && self != .openLaunch }

  /// By what methods something is answered at a path, in the order of the matrix; empty where nothing is. The table is public: it says
  /// nothing of what there is.
  static func methods(at path: some StringProtocol) -> [HTTPRequest.Method] {
    let parts = path.split(separator: "/")
    // As the router does: what is written out goes before what stands for anything.
    let exact = all.filter { $0.path.split(separator: "/") == parts.map { Substring($0) } }
    return (exact.isEmpty ? all.filter { $0.matches(parts) } : exact).flatMap {
      $0.hasHead ? [$0.method, .head] : [$0.method]
    }
  }

  /// Whether a path is one of its.
  func isAt(_ path: some StringProtocol) -> Bool { matches(path.split(separator: "/")) }

  private func matches(_ parts: [some StringProtocol]) -> Bool {
    let own = path.split(separator: "/")
    let isOpen = own.last == "{path}" && parts.count > own.count
    return (own.count == parts.count || isOpen) && zip(own, parts).allSatisfy { $0.first == "{" || $0 == $1 }
  }
}

/// Says of a path that is known by what methods it is asked (405); the router alone knows it by none (404).
struct MethodMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPError where error.status == .notFound {
      let methods = Route.methods(at: request.uri.path)
      if methods.isEmpty || methods.contains(request.method) { throw error }
      throw HeadedError(allowing: methods)
    }
  }
}

extension Response {
  /// What stands before a body, and nothing of it (RFC 9110, section 9.3.2).
  var withoutBody: Response {
    // Its length was said when it was made.
    Response(status: status, headers: headers)
  }
}
