import Hummingbird
import HummingbirdTLS
public import Logging
import NIOCore
public import Registry

/// The registry where its users are: one process, one registry, its doors.
public final class RegistryService: Sendable {
  let registry: Registry
  let configuration: ServerConfiguration
  let logger: Logger
  let access: Access
  /// The ways of showing who one is, in the order in which they are tried.
  let authenticating: [any Authenticating]

  public convenience init(registry: Registry, configuration: ServerConfiguration, logger: Logger) {
    self.init(registry: registry, configuration: configuration, logger: logger, authenticating: nil)
  }

  /// - Parameters:
  ///   - authenticating: ways of showing who one is, in place of the usual ones.
  ///   - cost: of a password's hash.
  init(
    registry: Registry, configuration: ServerConfiguration, logger: Logger, authenticating: [any Authenticating]?,
    cost: PasswordHash.Cost = .standard
  ) {
    self.registry = registry
    self.configuration = configuration
    self.logger = logger
    access = Access(registry, configuration, cost: cost)
    self.authenticating = authenticating ?? access.ways
  }

  /// Every route that is answered, with what each request passes on its way.
  func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: ErrorMiddleware())
    addRunning(router)
    addAccess(router)
    return router
  }

  /// Answers until it is told to stop, and lets answers under way finish.
  ///
  /// - Parameter ready: told the port that it listens at.
  public func run(ready: @escaping @Sendable (Int) async -> Void) async throws {
    let listen = ApplicationConfiguration(
      address: .hostname(configuration.listen.host, port: configuration.listen.port))
    let running: @Sendable (any Channel) async -> Void = { await ready($0.localAddress?.port ?? 0) }
    guard let tls = configuration.tls else {
      let app = Application(
        router: router(), configuration: listen, onServerRunning: running, logger: logger)
      return try await app.runService()
    }
    let app = Application(
      router: router(), server: try .tls(configuration: tls.channelConfiguration()), configuration: listen,
      onServerRunning: running, logger: logger)
    try await app.runService()
  }
}
