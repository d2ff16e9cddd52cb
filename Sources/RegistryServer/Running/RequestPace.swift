import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Ends a connection whose request does not come: what trickles in byte by byte makes a connection look alive for ever otherwise.
final class RequestPace: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  struct Limits: Sendable {
    /// From the connection, or the answer before, to the end of a head.
    var head: TimeAmount = .seconds(75)
    /// How often a body that comes in is looked at, and what must have come since the last time if anything has.
    var window: TimeAmount = .seconds(20)
    var bytes = 4096
  }

  private let limits: Limits
  private var timer: Scheduled<Void>?
  /// Since the last look.
  private var (parts, bytes) = (0, 0)

  init(_ limits: Limits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    if context.channel.isActive { awaitHead(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    awaitHead(context)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: awaitBody(context)
    case .body(let part):
      parts += 1
      bytes += part.readableBytes
    case .end: timer?.cancel()
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { awaitHead(context) }
    context.write(data, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    context.fireChannelInactive()
  }

  private func awaitHead(_ context: ChannelHandlerContext) {
    timer?.cancel()
    let channel = context.channel
    timer = context.eventLoop.scheduleTask(in: limits.head) { channel.close(promise: nil) }
  }

  /// Nothing at all may be our own doing, as who is not read from cannot send; a little of something is not.
  private func awaitBody(_ context: ChannelHandlerContext) {
    timer?.cancel()
    (parts, bytes) = (0, 0)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    timer = context.eventLoop.scheduleTask(in: limits.window) {
      let (pace, context) = bound.value
      if pace.parts > 0, pace.bytes < pace.limits.bytes { return context.close(promise: nil) }
      pace.awaitBody(context)
    }
  }
}
