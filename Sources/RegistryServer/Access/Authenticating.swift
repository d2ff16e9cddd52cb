import Hummingbird

/// One way of showing who one is: a bearer token, a caller's own JWT, a certificate, a session.
protocol Authenticating: Sendable {
  /// Whom the request shows; nil where it shows nothing that this way reads. Sees the head alone: nothing of a body is read before it is
  /// known who asks.
  ///
  /// - Throws: `ServiceError.notAuthenticated` for what it reads and does not believe.
  func caller(of request: Request, _ context: ServerContext) async throws -> Caller?
}
