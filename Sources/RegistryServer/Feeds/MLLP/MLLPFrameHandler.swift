import NIOConcurrencyHelpers
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

/// What all connections together may hold of messages that have not come whole. Each has a little without asking.
final class MLLPRoom: Sendable {
  static let anyway = 256 << 10
  private let left: NIOLockedValueBox<Int>

  init(bytes: Int = 256 << 20) { left = NIOLockedValueBox(bytes) }

  func take(_ bytes: Int) -> Bool {
    left.withLockedValue { left in
      guard bytes <= left else { return false }
      left -= bytes
      return true
    }
  }

  func giveBack(_ bytes: Int) { left.withLockedValue { $0 += bytes } }
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
  private let room: MLLPRoom
  private var taken = 0
  private var silence: Scheduled<Void>?
  private var block: Scheduled<Void>?
  private var end: Scheduled<Void>?
  private var handshake: Scheduled<Void>?
  private var isDraining = false
  private var isClosed = false

  init(limit: Int, timing: MLLPTiming, hasTLS: Bool, room: MLLPRoom = MLLPRoom()) {
    (decoder, self.timing, self.hasTLS, self.room) = (MLLPDecoder(limit: limit), timing, hasTLS, room)
  }

  func channelActive(context: ChannelHandlerContext) {
    if hasTLS { handshake = schedule(context, in: timing.handshake) { $0.closeUnlessSecured($1) } }
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isClosed { return }
    let wasInBlock = decoder.isInBlock
    let buffer = unwrapInboundIn(data)
    var events = decoder.feed(buffer.readableBytesView)
    if !takesRoom(), let event = decoder.breakOff(.noRoom) { events.append(event) }
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

  /// - Returns: false where there is none for what is held.
  private func takesRoom() -> Bool {
    let needed = max(0, decoder.held - MLLPRoom.anyway)
    if needed < taken {
      room.giveBack(taken - needed)
      taken = needed
    }
    if needed == taken { return true }
    guard room.take(needed - taken) else { return false }
    taken = needed
    return true
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
    room.giveBack(taken)
    taken = 0
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
