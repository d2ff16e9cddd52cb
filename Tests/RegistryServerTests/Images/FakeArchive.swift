import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Something that listens where an archive should, and answers what it is told to: right, wrong, slowly, or never.
final class FakeArchive: Sendable {
  enum Act: Sendable {
    case send([UInt8])
    /// The same bytes so many times, as fast as they are taken; never ending for `Int.max`.
    case again([UInt8], Int)
    case close
    /// The other end was told to wait for ever.
    case hang

    static func send(_ text: String) -> Act { .send(Array(text.utf8)) }
  }

  private let channel: any Channel
  private let heads: Mutex<[String]>
  /// Bytes that were handed to the network.
  let sent = Atomic(0)

  var port: Int { channel.localAddress?.port ?? 0 }
  var root: String { "http://127.0.0.1:\(port)/dicom-web" }
  /// What was asked, each with its fields.
  var asked: [String] { heads.withLock { $0 } }

  /// - Parameters:
  ///   - tls: nil: in the clear.
  ///   - acts: what is done when a head has come.
  static func start(
    tls: NIOSSLContext? = nil, _ acts: @escaping @Sendable (String) -> [Act]
  ) async throws -> FakeArchive {
    let held = Mutex<FakeArchive?>(nil)
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(
            Answering(
              acts: acts, heard: { head in held.withLock { $0 }?.heads.withLock { $0.append(head) } },
              sent: { count in held.withLock { $0 }?.sent.add(count, ordering: .relaxed) }))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let archive = FakeArchive(channel)
    held.withLock { [weak archive] in $0 = archive }
    return archive
  }

  private init(_ channel: any Channel) {
    self.channel = channel
    heads = Mutex([])
  }

  func stop() async throws { try await channel.close() }

  /// An answer whose length is told.
  static func answer(
    _ body: [UInt8], type: String, status: String = "200 OK", length: Int? = nil, fields: [String] = []
  ) -> [Act] {
    let head =
      ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(length ?? body.count)"] + fields + ["", ""]
    return [.send(head.joined(separator: "\r\n")), .send(body)]
  }

  private final class Answering: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let acts: @Sendable (String) -> [Act]
    private let heard: @Sendable (String) -> Void
    private let sent: @Sendable (Int) -> Void
    private var read = ""
    private var waiting: [Act] = []

    init(
      acts: @escaping @Sendable (String) -> [Act], heard: @escaping @Sendable (String) -> Void,
      sent: @escaping @Sendable (Int) -> Void
    ) { (self.acts, self.heard, self.sent) = (acts, heard, sent) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      read += String(buffer: unwrapInboundIn(data))
      guard let end = read.firstRange(of: "\r\n\r\n") else { return }
      let head = String(read[..<end.lowerBound])
      read = String(read[end.upperBound...])
      heard(head)
      waiting += acts(head)
      goOn(context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
      goOn(context)
      context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func goOn(_ context: ChannelHandlerContext) {
      while context.channel.isActive, context.channel.isWritable, let act = waiting.first {
        switch act {
        case .send(let bytes):
          waiting.removeFirst()
          write(bytes, context)
        case .again(let bytes, let times):
          waiting[0] = .again(bytes, times - 1)
          if times <= 1 { waiting.removeFirst() }
          write(bytes, context)
        case .close:
          waiting.removeFirst()
          context.close(promise: nil)
        case .hang: return
        }
      }
    }

    private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      sent(bytes.count)
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    }
  }
}
