import Clinical
import HTTPTypes
import Hummingbird
import Registry
import Synchronization

/// Who is let in, and how they show who they are.
final class Access: Sendable {
  let registry: Registry
  private let configured: Mutex<ServerConfiguration>
  let signedTokens: SignedTokens
  let bearerTokens: BearerTokens
  let sessions: Sessions
  let launches: Launches
  private let passwords: Passwords
  private let attempts = Attempts()

  /// - Parameter cost: of a password's hash.
  init(_ registry: Registry, _ configuration: ServerConfiguration, cost: PasswordHash.Cost = .standard) {
    self.registry = registry
    configured = Mutex(configuration)
    signedTokens = SignedTokens(registry)
    bearerTokens = BearerTokens(registry)
    sessions = Sessions(registry)
    launches = Launches(registry, sessions)
    passwords = Passwords(cost: cost)
  }

  /// As it was last read.
  var configuration: ServerConfiguration { configured.withLock { $0 } }

  func reconfigure(_ configuration: ServerConfiguration) { configured.withLock { $0 = configuration } }

  /// The ways of showing who one is. What is sent on purpose comes before what a browser or a connection sends by itself.
  var ways: [any Authenticating] {
    [
      BearerAuthentication(tokens: bearerTokens),
      JWTAuthentication(access: self),
      SessionAuthentication(sessions: sessions), CertificateAuthentication(registry: registry),
    ]
  }

  var tokenEndpoint: TokenEndpoint {
    TokenEndpoint(signed: signedTokens, tokens: bearerTokens, configuration: configuration)
  }

  /// - Parameter address: from where a request comes.
  func signIn(address: @escaping @Sendable (Request, ServerContext) -> String?) -> SignIn {
    SignIn(registry: registry, passwords: passwords, attempts: attempts, sessions: sessions, address: address)
  }
}

extension RegistryService {
  /// Tokens, and signing in and out.
  func addAccess(_ router: Router<ServerContext>) {
    let access = access
    let signIn = access.signIn { [self] request, context in address(of: request, context) }
    on(.token, router) { request, context in try await access.tokenEndpoint.answer(request, context) }
    for route in [Route.smartConfiguration, .fhirSmartConfiguration] {
      on(route, router) { _, context in access.tokenEndpoint.smartConfiguration(context) }
    }
    on(.enrol, router) { request, context in try await signIn.enrol(request, context) }
    on(.signIn, router) { request, context in try await signIn.signIn(request, context) }
    on(.session, router) { request, context in try await signIn.session(request, context) }
    on(.signOut, router) { [self] request, context in
      if context.caller?.owedFormToken != nil { _ = try await form(request, context) }
      return try await signIn.signOut(request, context)
    }
    on(.launch, router) { [self] request, context in
      guard let caller = context.caller else { throw ServiceError.notAuthenticated }
      let institution = try institution(of: caller, request)
      let secret = try await access.launches.launch(request, by: caller, for: institution)
      let address = access.configuration.base(context) + "/launch/" + secret.text
      return Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: .init(byteBuffer: ByteBuffer(string: "{\"url\":\(JSONString.quoted(address))}")))
    }
    on(.openLaunch, router) { request, context in
      let secret = try access.launches.open(context.parameters.get("code") ?? "")
      return EntryPages(request).launched(secret)
    }
  }
}
