import HTTPTypes
import Hummingbird
import Logging
import Registry
import RegistryStore

extension Caller {
  init(_ account: Account) {
    self.init(
      name: account.name, kind: account.kind == .client ? .client : .user, role: account.role,
      institutions: Set(account.institutions), person: account.person)
  }
}

extension Request {
  /// What stands behind `Bearer` (RFC 6750, section 2.1); nil where nothing of this scheme is sent.
  var bearer: Substring? {
    guard let header = headers[.authorization], let space = header.firstIndex(of: " "),
      header[..<space].lowercased() == "bearer"
    else { return nil }
    return header[header.index(after: space)...]
  }
}

/// A token that `POST /oauth/token` gave.
struct BearerAuthentication: Authenticating {
  let tokens: BearerTokens

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    // Ours have no dot.
    guard let token = request.bearer, !token.contains(".") else { return nil }
    guard let holder = try tokens.holder(of: token) else { throw ServiceError.notAuthenticated }
    var caller = Caller(holder.account)
    caller.scopes = holder.scopes
    return caller
  }
}

/// The caller's own token, as CDS Hooks has it ("Trusting CDS Clients"): for the very address that is called.
struct JWTAuthentication: Authenticating {
  let access: Access

  /// Where a token of the caller's own may be sent.
  static let services = "/cds-services"

  func caller(of request: Request, _ context: ServerContext) async throws -> Caller? {
    guard let token = request.bearer, token.contains(".") else { return nil }
    let path = request.uri.path
    guard path == Self.services || path.hasPrefix(Self.services + "/") else { return nil }
    do {
      let audience = access.configuration.base(context) + path
      return Caller(try await access.signedTokens.account(of: String(token), for: audience, needsSubject: false))
    } catch let problem as TokenProblem {
      context.logger.notice("a token is not believed", metadata: ["reason": "\(problem.rawValue)"])
      throw ServiceError.notAuthenticated
    }
  }
}

extension ServerConfiguration {
  /// As it is seen from outside: what is configured, never what a request says of itself.
  func base(_ context: ServerContext) -> String { base(port: context.channel.localAddress?.port ?? listen.port) }
}
