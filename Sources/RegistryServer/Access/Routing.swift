import Hummingbird
import Registry
import RegistryStore

extension Route {
  /// - Throws: `ServiceError.notAllowed` for a role that may not; `ServiceError.insufficientScope` for a token that is not for it.
  fileprivate func expectPermitted(_ caller: Caller) throws(ServiceError) {
    guard permits(caller.role) else { throw .notAllowed }
    if let scope, let granted = caller.scopes, !granted.cover(scope) { throw .insufficientScope }
  }
}

extension RegistryService {
  /// Answers a route of the matrix for whom it permits.
  func on<Answer: ResponseGenerator>(
    _ route: Route, _ router: Router<ServerContext>,
    _ answer: @escaping @Sendable (Request, ServerContext) async throws -> Answer
  ) {
    let answerIfPermitted: @Sendable (Request, ServerContext) async throws -> Answer = { request, context in
      var context = context
      context.caller = try await self.caller(of: request, context, for: route)
      do {
        if let caller = context.caller { try route.expectPermitted(caller) }
        // Whoever reads no form would not look for its token.
        if context.caller?.owedFormToken != nil, !route.takesForm { throw ServiceError.formTokenNeeded }
        return try await answer(request.continued(on: context.channel), context)
      } catch let error as ServiceError {
        try await self.keepRefused(error, route, request, context)
        throw HeadedError(error, of: route) ?? error as any Error
      }
    }
    router.on(RouterPath(route.routerPath), method: route.method, use: answerIfPermitted)
    if route.hasHead { router.head(RouterPath(route.routerPath), use: answerIfPermitted) }
  }

  /// Who may not is told so when that they asked is on disk.
  private func keepRefused(
    _ error: ServiceError, _ route: Route, _ request: Request, _ context: ServerContext
  ) async throws {
    let row = ErrorTable.row(of: error)
    guard row.http == 403, let what = route.access, let caller = context.caller else { return }
    var event = AccessEvent(
      what, by: try askedBy(context, request),
      institution: caller.institutions.count == 1 ? caller.institutions.first : nil, purpose: .order, outcome: .refused,
      at: registry.now)
    event.error = row.code
    try await registry.submit(access: event)
  }

  /// - Returns: nil where it need not be known who asks.
  /// - Throws: `ServiceError.notAuthenticated`.
  private func caller(of request: Request, _ context: ServerContext, for route: Route) async throws -> Caller? {
    guard case .roles = route.callers else { return nil }
    for way in authenticating {
      if let caller = try await way.caller(of: request, context) { return caller }
    }
    throw ServiceError.notAuthenticated
  }

  /// - Throws: `ServiceError.notAuthenticated` where an operator has shut out the caller's account since.
  func expectEnabled(_ caller: Caller?) throws {
    // Whom a client opened a page for is shut out with it.
    guard let name = caller?.name.prefix(while: { $0 != "#" }) else { throw ServiceError.notAuthenticated }
    if try registry.account(String(name))?.isEnabled == false { throw ServiceError.notAuthenticated }
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
