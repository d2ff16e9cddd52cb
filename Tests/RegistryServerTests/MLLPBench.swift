import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import RegistryServer

/// A listener for the time of a test, and connections to it.
enum MLLPBench {
  /// Runs a listener at a free port, and ends it.
  static func serving<Value: Sendable>(
    _ bench: ServerBench, _ configuration: ServerConfiguration.MLLP? = nil, timing: MLLPTiming = MLLPTiming(),
    _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> Value {
    try await serving(bench.service, configuration, timing: timing) { port, _ in try await body(port) }
  }

  static func serving<Value: Sendable>(
    _ service: RegistryService, _ configuration: ServerConfiguration.MLLP? = nil, timing: MLLPTiming = MLLPTiming(),
    _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> Value {
    try await serving(service, configuration, timing: timing) { port, _ in try await body(port) }
  }

  /// The same with the listener itself.
  static func serving<Value: Sendable>(
    _ bench: ServerBench, _ configuration: ServerConfiguration.MLLP? = nil, timing: MLLPTiming = MLLPTiming(),
    _ body: @escaping @Sendable (Int, MLLPListener) async throws -> Value
  ) async throws -> Value {
    try await serving(bench.service, configuration, timing: timing, body)
  }

  private static func serving<Value: Sendable>(
    _ service: RegistryService, _ configuration: ServerConfiguration.MLLP?, timing: MLLPTiming,
    _ body: @escaping @Sendable (Int, MLLPListener) async throws -> Value
  ) async throws -> Value {
    let address = ServerConfiguration.Address(host: "127.0.0.1", port: 0)
    let one = ServerConfiguration.MLLP(listen: address, peers: [.init(institutions: ["SYNTH-H1"])])
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let listener = MLLPListener(
      service: service, configuration: configuration ?? one, timing: timing, ready: { told.yield($0) })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await listener.run() }
      var iterator = ports.makeAsyncIterator()
      let port = try #require(await iterator.next())
      let value = try await body(port, listener)
      group.cancelAll()
      return value
    }
  }

  /// Sends pieces, each as a write of its own, and reads until so many answers have come, or the other end closes.
  static func exchange(
    _ port: Int, _ pieces: [[UInt8]], answers: Int, halfCloses: Bool = false, tls: NIOSSLContext? = nil
  ) async throws -> [String] {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelOption(.allowRemoteHalfClosure, value: true)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
          }
          return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      // Who is cut off while it still writes reads what was said before.
      for piece in pieces {
        do { try await outbound.write(ByteBuffer(bytes: piece)) } catch { break }
      }
      if halfCloses { outbound.finish() }
      var read: [UInt8] = []
      do {
        for try await buffer in inbound {
          read += buffer.readableBytesView
          if frames(of: read).count >= answers, answers > 0 { break }
        }
      } catch {}
      return frames(of: read)
    }
  }

  /// What stands between 0x0B and 0x1C 0x0D.
  private static func frames(of bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x1C).compactMap { piece in
      guard let start = piece.firstIndex(of: 0x0B) else { return nil }
      return String(decoding: piece[(start + 1)...], as: UTF8.self)
    }
  }

  static func framed(_ message: String) -> [UInt8] { [0x0B] + Array(message.utf8) + [0x1C, 0x0D] }
}
