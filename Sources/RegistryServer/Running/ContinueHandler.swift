import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Answers `Expect: 100-continue` (RFC 9110, section 10.1.1): a client that waits before it sends a body is told to go on when the body is
/// asked for, or what became of its request without it.
final class ContinueHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// That a body is asked for.
  struct BodyWanted: Sendable {}

  /// Heads read, and answers written to their end: requests may come before those before them are answered.
  private var (requests, answers) = (0, 0)
  /// Whether who sent the last head waits.
  private var isWaiting = false
  private var isClosing = false

  private var isCurrentWaiting: Bool { isWaiting && requests == answers + 1 }

  func handlerAdded(context: ChannelHandlerContext) {
    let pipeline = context.pipeline.syncOperations
    guard let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) else { return }
    try? pipeline.addHandler(OldExpectations(), position: .before(codec))
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      requests += 1
      isWaiting = head.headerFields.expectsContinue
    // Who sends does not wait.
    case .body, .end: isWaiting = false
    }
    context.fireChannelRead(data)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is BodyWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
    guard isCurrentWaiting else {
      promise?.succeed()
      return
    }
    isWaiting = false
    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: promise)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head) where isCurrentWaiting:
      // Whether what comes next is the body after all or another request, nobody could tell: nothing comes next.
      (isWaiting, isClosing) = (false, true)
      head.headerFields[.connection] = "close"
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .end where isClosing:
      answers += 1
      context.writeAndFlush(data, promise: promise)
      let channel = context.channel
      // What is under way already is read and thrown away, so that the answer is not lost by it.
      context.close(mode: .output).whenFailure { _ in channel.close(promise: nil) }
    case .end:
      answers += 1
      context.write(data, promise: promise)
    default: context.write(data, promise: promise)
    }
  }
}

/// Takes the expectation from a request of HTTP/1.0, which must not be answered (RFC 9110, section 10.1.1).
private final class OldExpectations: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data), head.version == .http1_0, head.headers.contains(name: "Expect")
    else { return context.fireChannelRead(data) }
    head.headers.remove(name: "Expect")
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}

extension HTTPFields {
  /// `Expect` is a list, of which nothing else is known (RFC 9110, section 10.1.1).
  var expectsContinue: Bool {
    self[values: .expect].contains { value in
      value.lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.contains {
        $0.prefix { $0 != ";" } == "100-continue"
      }
    }
  }
}

extension Request {
  /// The same, that tells who waits to send its body to go on when it is read.
  func continued(on channel: any Channel) -> Request {
    guard headers.expectsContinue else { return self }
    var request = self
    request.body = RequestBody(asyncSequence: ContinuedBody(body: body, channel: channel))
    return request
  }
}

private struct ContinuedBody: AsyncSequence, Sendable {
  let body: RequestBody
  let channel: any Channel

  struct AsyncIterator: AsyncIteratorProtocol {
    var body: RequestBody.AsyncIterator
    var channel: (any Channel)?

    mutating func next() async throws -> ByteBuffer? {
      if let channel {
        self.channel = nil
        channel.triggerUserOutboundEvent(ContinueHandler.BodyWanted(), promise: nil)
      }
      return try await body.next()
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body.makeAsyncIterator(), channel: channel) }
}
