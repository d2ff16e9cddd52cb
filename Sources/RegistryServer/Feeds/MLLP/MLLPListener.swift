import Crypto
import Feeds
import Glibc
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import Registry
public import ServiceLifecycle

/// Takes messages in by MLLP at one address. A graceful shutdown closes the address, lets what was read be answered, and ends.
public struct MLLPListener: Service {
  /// What may change while it runs.
  private struct Rules: Sendable {
    var configuration: ServerConfiguration.MLLP
    var tls: MLLPSecurity?

    init(_ configuration: ServerConfiguration.MLLP) throws {
      self.configuration = configuration
      tls = try configuration.tls.map { try MLLPSecurity(tls: $0, peers: configuration.peers) }
    }
  }

  private let service: RegistryService
  private let rules: NIOLockedValueBox<Rules?>
  /// As it began.
  private let first: ServerConfiguration.MLLP
  private let timing: MLLPTiming
  private let ready: @Sendable (Int) async -> Void
  private let connections = MLLPConnections()

  /// - Parameter ready: told the port that it listens at.
  public init(
    service: RegistryService, configuration: ServerConfiguration.MLLP,
    ready: @escaping @Sendable (Int) async -> Void = { _ in }
  ) {
    self.init(service: service, configuration: configuration, timing: MLLPTiming(), ready: ready)
  }

  init(
    service: RegistryService, configuration: ServerConfiguration.MLLP, timing: MLLPTiming,
    ready: @escaping @Sendable (Int) async -> Void
  ) {
    (self.service, self.first, self.timing, self.ready) = (service, configuration, timing, ready)
    rules = NIOLockedValueBox(nil)
  }

  private var configuration: ServerConfiguration.MLLP { rules.withLockedValue { $0?.configuration } ?? first }
  /// Where it listens, and whether in TLS: what only a restart changes.
  var place: ServerConfiguration.MLLP.Place { first.place }

  /// Reads what a new configuration says of this address: peers, limits, certificate and key.
  ///
  /// - Returns: takes it, for new connections; those that are open go on as they are.
  /// - Throws: `ConfigurationProblem` where a file of its TLS cannot be read.
  func prepared(_ configuration: ServerConfiguration.MLLP) throws -> @Sendable () -> Void {
    let new = try Rules(configuration)
    return { [rules] in rules.withLockedValue { $0 = new } }
  }

  private typealias Connection = NIOAsyncChannel<MLLPEvent, ByteBuffer>

  /// - Throws: where the address is taken, or a file of its TLS cannot be read.
  public func run() async throws {
    let began = try Rules(first)
    rules.withLockedValue { $0 = began }
    let (timing, room) = (timing, service.mllpRoom)
    let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.socketOption(.so_keepalive), value: 1)
      .bind(host: first.listen.host, port: first.listen.port) { [rules] channel in
        channel.eventLoop.makeCompletedFuture {
          let rules = rules.withLockedValue { $0 } ?? began
          if let tls = rules.tls { try channel.pipeline.syncOperations.addHandler(tls.handler()) }
          try channel.pipeline.syncOperations.addHandler(
            MLLPFrameHandler(
              limit: rules.configuration.maxMessage, timing: timing, hasTLS: rules.tls != nil, room: room))
          // One message is worked on; while the next waits nothing more is read.
          return try Connection(
            wrappingChannelSynchronously: channel,
            configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2)))
        }
      }
    await ready(server.channel.localAddress?.port ?? 0)
    try await withGracefulShutdownHandler {
      try await server.executeThenClose { incoming in
        await withDiscardingTaskGroup { group in
          do {
            for try await connection in incoming { group.addTask { await serve(connection) } }
          } catch is CancellationError {
          } catch {
            service.logger.error("mllp: no more connections: \(type(of: error))")
          }
        }
      }
    } onGracefulShutdown: { [connections] in
      server.channel.close(promise: nil)
      connections.drain()
    }
  }

  private func serve(_ connection: Connection) async {
    // As it was when it connected.
    let configuration = configuration
    let channel = connection.channel
    let address = channel.remoteAddress?.ipAddress ?? ""
    guard connections.add(channel, most: configuration.connections) else {
      service.logger.warning("mllp: more than \(configuration.connections) connections: closed")
      return await close(connection)
    }
    defer { connections.remove(channel) }
    guard configuration.peers.contains(where: { $0.network?.contains(address) ?? true }) else {
      service.logger.warning("mllp: nobody who may connect: closed", metadata: ["address": "\(address)"])
      return await close(connection)
    }
    do {
      try await connection.executeThenClose { inbound, outbound in
        var known: MLLPConnection?
        for try await event in inbound {
          guard let peer = try await known == nil ? self.known(channel, address, configuration) : known
          else {
            service.logger.warning("mllp: nobody who may connect: closed", metadata: ["address": "\(address)"])
            return
          }
          known = peer
          let (frames, isLast) = await peer.answers(to: event)
          for frame in frames { try await outbound.write(ByteBuffer(bytes: frame)) }
          if isLast { return }
        }
      }
    } catch {
      // A connection that breaks takes nothing with it: what was not answered is sent again.
      service.logger.debug("mllp: a connection broke: \(type(of: error))")
    }
  }

  private func close(_ connection: Connection) async {
    try? await connection.executeThenClose { _, _ in }
  }

  /// Who it is: known when its first block has come, as the handshake is then over.
  private func known(
    _ channel: any Channel, _ address: String, _ configuration: ServerConfiguration.MLLP
  ) async throws -> MLLPConnection? {
    var digest: String?
    if configuration.tls != nil, let certificate = try await channel.nioSSL_peerCertificate().get() {
      digest = try MLLPSecurity.digest(of: certificate)
    }
    let peer = configuration.peers.first {
      ($0.network?.contains(address) ?? true) && ($0.certificate == nil || $0.certificate == digest)
    }
    guard let peer else { return nil }
    var limits = FeedLimits()
    limits.message = configuration.maxMessage
    let port = channel.localAddress?.port ?? configuration.listen.port
    return MLLPConnection(
      service: service, owner: FeedOwner(among: Set(peer.institutions)), label: "mllp \(port) from \(address)",
      limits: limits)
  }
}

/// TLS, with certificates of peers that are known by their digest alone: whoever holds the key of one is who it stands for.
struct MLLPSecurity: Sendable {
  private let context: NIOSSLContext
  private let known: Set<String>

  init(tls: ServerConfiguration.TLS, peers: [ServerConfiguration.MLLP.Peer]) throws {
    var configuration = try CertificatePair(tls, name: "mllp.tls").configuration
    known = Set(peers.compactMap(\.certificate))
    // Who is known by address alone need not have one.
    if !known.isEmpty { configuration.certificateVerification = .optionalVerification }
    context = try NIOSSLContext(configuration: configuration)
  }

  func handler() -> NIOSSLServerHandler {
    if known.isEmpty { return NIOSSLServerHandler(context: context) }
    return NIOSSLServerHandler(context: context) { [known] certificates, promise in
      let isKnown = certificates.first.map { Self.isInForce($0) && known.contains((try? Self.digest(of: $0)) ?? "") }
      promise.succeed(isKnown ?? false ? .certificateVerified : .failed)
    }
  }

  private static func isInForce(_ certificate: NIOSSLCertificate) -> Bool {
    let now = time(nil)
    return certificate.notValidBefore <= now && now <= certificate.notValidAfter
  }

  /// SHA-256 of its DER, in hex.
  static func digest(of certificate: NIOSSLCertificate) throws -> String {
    let hex = SHA256.hash(data: try certificate.toDERBytes()).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }
    return hex.joined()
  }
}

/// The connections that are open, to be told when the service ends.
final class MLLPConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isDraining = false
  }

  private let state = NIOLockedValueBox(State())

  /// - Returns: false where there are too many, or the service ends.
  func add(_ channel: any Channel, most: Int) -> Bool {
    state.withLockedValue { state in
      if state.isDraining || state.channels.count >= most { return false }
      state.channels[ObjectIdentifier(channel)] = channel
      return true
    }
  }

  func remove(_ channel: any Channel) {
    state.withLockedValue { $0.channels[ObjectIdentifier(channel)] = nil }
  }

  func drain() {
    let open = state.withLockedValue { state in
      state.isDraining = true
      return Array(state.channels.values)
    }
    for channel in open { channel.pipeline.fireUserInboundEventTriggered(MLLPDrain()) }
  }
}
