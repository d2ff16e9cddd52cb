import Registry
import Hummingbird

extension RegistryService {
  /// Answers a route of the matrix for whom it permits.
  func on<Answer: ResponseGenerator>(
    _ route: Route, _ router: Router<ServerContext>,
    _ answer: @escaping @Sendable (Request, ServerContext) async throws -> Answer
  ) {
    router.on(RouterPath(route.path), method: route.method) { request, context in
      var context = context
      context.caller = try await self.caller(of: request, context, for: route)
      return try await answer(request, context)
    }
  }

  /// - Returns: nil where it need not be known who asks.
  /// - Throws: `ServiceError.notAuthenticated`, `ServiceError.notAllowed`.
  private func caller(of request: Request, _ context: ServerContext, for route: Route) async throws -> Caller? {
    guard case .roles = route.callers else { return nil }
    for way in authenticating {
      guard let caller = try await way.caller(of: request, context) else { continue }
      guard route.permits(caller.role) else { throw ServiceError.notAllowed }
      return caller
    }
    throw ServiceError.notAuthenticated
  }

  /// The institution that a caller acts for: the one it is registered for; of several the one that `Huren-Institution` names.
  ///
  /// - Throws: `ServiceError.institutionNeeded`, `ServiceError.notYourInstitution`.
  func institution(of caller: Caller, _ request: Request) throws(ServiceError) -> String {
    if let named = request.headers[.hurenInstitution] {
      guard caller.institutions.contains(named) else { throw .notYourInstitution }
      return named
    }
    guard caller.institutions.count == 1, let own = caller.institutions.first else { throw .institutionNeeded }
    return own
  }
}
