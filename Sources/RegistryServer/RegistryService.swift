import Hummingbird
public import Logging
import NIOCore
import NIOPosix
public import Registry
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The registry where its users are: one process, one registry, its doors.
public final class RegistryService: Sendable {
  let registry: Registry
  let logger: Logger
  /// The ways of showing who one is, in the order in which they are tried.
  let authenticating: [any Authenticating]
  let metrics = ServiceMetrics()
  let readiness = Readiness()
  /// Where what may wait for the disk is done: never on the threads that listen.
  let threads = NIOThreadPool.singleton
  private let configured: Mutex<ServerConfiguration>

  /// As it was last read.
  var configuration: ServerConfiguration { configured.withLock { $0 } }
  /// How many feeds are read at once, by whatever door.
  let feedGate = FeedGate()
  var feedBounds: FeedBounds { FeedBounds() }

  public convenience init(registry: Registry, configuration: ServerConfiguration, logger: Logger) {
    self.init(registry: registry, configuration: configuration, logger: logger, authenticating: [])
  }

  init(
    registry: Registry, configuration: ServerConfiguration, logger: Logger, authenticating: [any Authenticating]
  ) {
    self.registry = registry
    configured = Mutex(configuration)
    self.logger = logger
    self.authenticating = authenticating
  }

  /// Takes a configuration that was read again: what can change while it runs does.
  func reconfigure(_ configuration: ServerConfiguration) { configured.withLock { $0 = configuration } }

  /// Every route that is answered, with what each request passes on its way.
  func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: RequestMiddleware(metrics: metrics))
    router.add(middleware: CDSCrossOrigin { [weak self] in self?.configuration.cdsOrigins ?? [] })
    router.add(middleware: ErrorMiddleware())
    addRunning(router)
    addQuestion(router)
    addCDSHooks(router)
    addOpenAPI(router)
    addFeeds(router)
    return router
  }

  /// Answers until it is told to stop (SIGTERM, SIGINT), lets answers under way finish, and loses nothing that was acknowledged.
  ///
  /// - Parameters:
  ///   - reload: reads the configuration again, on SIGHUP.
  ///   - ready: told the port that it listens at.
  public func run(
    reload: @escaping @Sendable () throws -> ServerConfiguration, ready: @escaping @Sendable (Int) async -> Void
  ) async throws {
    await registry.observeCommits { [metrics] commit in
      metrics.time(.commitSeconds, [], commit.seconds)
      metrics.count(.commitUnits, by: commit.units)
      metrics.set(.queue, Double(commit.waiting))
    }
    let app = Application(
      router: router(), server: .http1(configuration: .init(idleTimeout: .seconds(75))),
      configuration: .init(address: .hostname(configuration.listen.host, port: configuration.listen.port)),
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) }, logger: logger)
    let services: [any Service] = [app, Preparing(service: self), Reloading(service: self, read: reload)]
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // Answers under way finish, or never will.
    group.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: group).run()
    try registry.close()
  }
}
