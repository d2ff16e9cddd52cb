import Crypto
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
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
  let access: Access
  let images: ImagesRoom
  /// The ways of showing who one is, in the order in which they are tried.
  let authenticating: [any Authenticating]
  let metrics = ServiceMetrics()
  let readiness = Readiness()
  let secondPlace = SecondPlace()
  let certificate = ServedCertificate()
  /// Where what may wait for the disk is done: never on the threads that listen.
  let threads = NIOThreadPool.singleton
  private let configured: Mutex<ServerConfiguration>

  /// As it was last read.
  var configuration: ServerConfiguration { configured.withLock { $0 } }
  /// How many feeds are read at once, by whatever door.
  let feedGate = FeedGate()
  /// How many of those that are large: each is in memory whole, and several times so.
  let largeFeedGate = FeedGate(places: 4, patience: .seconds(30))
  /// What all connections of MLLP may hold of messages that have not come whole.
  let mllpRoom = MLLPRoom()
  var feedBounds: FeedBounds { FeedBounds() }
  /// By which pages of FHIR are sealed: they end with the process.
  let fhirPageKey = SymmetricKey(size: .bits256)

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
    configured = Mutex(configuration)
    self.logger = logger
    access = Access(registry, configuration, cost: cost)
    images = ImagesRoom(registry, access.sessions)
    self.authenticating = (authenticating ?? access.ways) + [TicketAuthentication(tickets: images.tickets)]
  }

  /// Takes a configuration that was read again: what can change while it runs does.
  func reconfigure(_ configuration: ServerConfiguration) {
    configured.withLock { $0 = configuration }
    access.reconfigure(configuration)
  }

  /// Every route that is answered, with what each request passes on its way.
  func router() -> Router<ServerContext> {
    let router = Router(context: ServerContext.self)
    router.add(middleware: RequestMiddleware(metrics: metrics))
    router.add(middleware: CDSCrossOrigin { [weak self] in self?.configuration.cdsOrigins ?? [] })
    router.add(middleware: ImageCrossOrigin { [weak self] in self?.configuration.images.origins ?? [] })
    router.add(middleware: ErrorMiddleware())
    router.add(middleware: FHIRErrorMiddleware())
    router.add(middleware: PageErrors(sessions: access.sessions))
    router.add(middleware: MethodMiddleware())
    addRunning(router)
    addAccess(router)
    addQuestion(router)
    addCDSHooks(router)
    addFeeds(router)
    addImages(router)
    addFHIR(router)
    addOpenAPI(router)
    addPages(router)
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
    await registry.observeCommits { [metrics, readiness] commit in
      readiness.wrote(commit.units)
      metrics.time(.commitSeconds, [], commit.seconds)
      metrics.count(.commitUnits, by: commit.units)
      metrics.set(.queue, Double(commit.waiting))
    }
    let app = try application(ready)
    let listeners = configuration.mllp.map { mllp in
      MLLPListener(service: self, configuration: mllp) { [logger] port in
        logger.notice("listening for MLLP", metadata: ["port": "\(port)"])
      }
    }
    let services: [any Service] =
      [
        app, Preparing(service: self), WatchingCopy(service: self),
        Reloading(service: self, listeners: listeners, read: reload),
      ] + listeners
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // Answers under way finish, or never will.
    group.maximumGracefulShutdownDuration = .seconds(10)
    try await ServiceGroup(configuration: group).run()
    try registry.close()
  }

  /// In TLS where it is configured.
  private func application(
    _ ready: @escaping @Sendable (Int) async -> Void
  ) throws -> Application<RouterResponder<ServerContext>> {
    let http = HTTPServerBuilder.http1(
      configuration: .init(additionalChannelHandlers: Self.channelHandlers(), idleTimeout: .seconds(75)))
    return Application(
      router: router(),
      server: try configuration.tls.map { try .tls(http, configuration: certificate.channelConfiguration($0)) } ?? http,
      configuration: ApplicationConfiguration(
        address: .hostname(configuration.listen.host, port: configuration.listen.port),
        availableConnectionsDelegate: MaximumAvailableConnections(Self.mostConnections)),
      onServerRunning: { await ready($0.localAddress?.port ?? 0) }, logger: logger)
  }

  static func channelHandlers() -> [any RemovableChannelHandler] {
    [RequestPace(RequestPace.Limits()), ContinueHandler()]
  }

  /// At once, by HTTP: more wait until one ends.
  private static let mostConnections = 4096
}
