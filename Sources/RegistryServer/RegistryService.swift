import Hummingbird
public import Logging
import NIOCore
public import Registry

/// The registry where its users are: one process, one registry, its doors.
public final class RegistryService: Sendable {
  let registry: Registry
  let configuration: ServerConfiguration
  let logger: Logger
  /// The ways of showing who one is, in the order in which they are tried.
  let authenticating: [any Authenticating]
  /// How many feeds are read at once, by whatever door.
  let feedGate = FeedGate()
  /// Request ids of platforms.
  let usedRequests: any UsedOnce = MemoryUsedOnce()
  let largeFeedGate = FeedGate(places: 4, patience: .seconds(30))
  var feedBounds: FeedBounds { FeedBounds() }

  public convenience init(registry: Registry, configuration: ServerConfiguration, logger: Logger) {
    self.init(registry: registry, configuration: configuration, logger: logger, authenticating: [])
  }

  init(
    registry: Registry, configuration: ServerConfiguration, logger: Logger, authenticating: [any Authenticating]
  ) {
    self.registry = registry
    self.configuration = configuration
    self.logger = logger
    self.authenticating = authenticating
  }

  /// Every route that is answered, with what each request passes on its way.
  func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: ErrorMiddleware())
    addRunning(router)
    addFeeds(router)
    return router
  }

  /// Answers until it is told to stop, and lets answers under way finish.
  ///
  /// - Parameter ready: told the port that it listens at.
  public func run(ready: @escaping @Sendable (Int) async -> Void) async throws {
    let app = Application(
      router: router(),
      configuration: .init(address: .hostname(configuration.listen.host, port: configuration.listen.port)),
      services: configuration.mllp.map { MLLPListener(service: self, configuration: $0) },
      onServerRunning: { channel in await ready(channel.localAddress?.port ?? 0) }, logger: logger)
    try await app.runService()
  }
}
