import NIOCore
import NIOSSL

/// How long a connection is waited for.
struct MLLPTiming: Sendable {
  /// Without any byte, within a block or behind stray bytes. Between blocks a connection is held open for ever.
  var silence: TimeAmount = .seconds(30)
  /// For a whole block: a sender of one byte now and then holds nothing for ever.
  var block: TimeAmount = .seconds(300)
  /// For the byte behind 0x1C.
  var end: TimeAmount = .milliseconds(500)
  /// For the handshake of TLS.
  var handshake: TimeAmount = .seconds(10)
}

/// Told to a connection when the service ends: what was read whole is still answered, and nothing more is read.
struct MLLPDrain: Sendable {}

/// Turns what a connection brings into blocks, and gives up what takes too long.
final class MLLPFrameHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = MLLPEvent

  private var decoder: MLLPDecoder
  private let timing: MLLPTiming
  private let hasTLS: Bool
  private var silence: Scheduled<Void>?
  private var block: Scheduled<Void>?
  private var end: Scheduled<Void>?
  private var handshake: Scheduled<Void>?
  private var isDraining = false
  private var isClosed = false

  init(limit: Int, timing: MLLPTiming, hasTLS: Bool) {
    (decoder, self.timing, self.hasTLS) = (MLLPDecoder(limit: limit), timing, hasTLS)
  }

  func channelActive(context: ChannelHandlerContext) {
    if hasTLS { handshake = schedule(context, in: timing.handshake) { $0.closeUnlessSecured($1) } }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosed { return }
    let wasInBlock = decoder.isInBlock
    let buffer = unwrapInboundIn(data)
    let events = decoder.feed(buffer.readableBytesView)
    for event in events { context.fireChannelRead(wrapInboundOut(event)) }
    if !events.isEmpty || !wasInBlock {
      block?.cancel()
      block = nil
    }
    if decoder.isInBlock, block == nil { block = schedule(context, in: timing.block) { $0.giveUp($1) } }
    silence?.cancel()
    silence =
      decoder.isInBlock || decoder.stray > 0 ? schedule(context, in: timing.silence) { $0.giveUp($1) } : nil
    end?.cancel()
    end = decoder.isPending ? schedule(context, in: timing.end) { $0.endPending($1) } : nil
    if isDraining || decoder.isBroken { finishUnlessInBlock(context) }
  }

  func channelReadComplete(context: ChannelHandlerContext) { context.fireChannelReadComplete() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case is MLLPDrain:
      isDraining = true
      finishUnlessInBlock(context)
    case ChannelEvent.inputClosed:
      // Half closed: the sender has said all it has to say, and still waits for the answer.
      endPending(context)
      finish(context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    cancelAll()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    cancelAll()
    context.fireErrorCaught(error)
  }

  private func endPending(_ context: ChannelHandlerContext) {
    guard let event = decoder.endPending() else { return }
    block?.cancel()
    (block, silence) = (nil, nil)
    context.fireChannelRead(wrapInboundOut(event))
    context.fireChannelReadComplete()
    if isDraining { finish(context) }
  }

  private func giveUp(_ context: ChannelHandlerContext) {
    guard let event = decoder.giveUp() else { return }
    context.fireChannelRead(wrapInboundOut(event))
    context.fireChannelReadComplete()
    finish(context)
  }

  private func closeUnlessSecured(_ context: ChannelHandlerContext) {
    let version = try? context.channel.pipeline.syncOperations.nioSSL_tlsVersion()
    if version == nil { context.close(promise: nil) }
  }

  private func finishUnlessInBlock(_ context: ChannelHandlerContext) {
    if decoder.isBroken || !decoder.isInBlock { finish(context) }
  }

  /// Nothing more is read; what was is answered.
  private func finish(_ context: ChannelHandlerContext) {
    if isClosed { return }
    isClosed = true
    cancelAll()
    context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
  }

  private func cancelAll() {
    for task in [silence, block, end, handshake] { task?.cancel() }
    (silence, block, end, handshake) = (nil, nil, nil, nil)
  }

  private func schedule(
    _ context: ChannelHandlerContext, in time: TimeAmount,
    _ act: @escaping @Sendable (MLLPFrameHandler, ChannelHandlerContext) -> Void
  ) -> Scheduled<Void> {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    return context.eventLoop.scheduleTask(in: time) { act(bound.value.0, bound.value.1) }
  }
}
