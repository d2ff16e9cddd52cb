import NIOCore
import NIOEmbedded
import Testing

@testable import RegistryServer

@Suite("framing of MLLP")
struct MLLPDecoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: String
    var blocks: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "one message", bytes: "\u{0B}MSH|1\r\u{1C}\r", blocks: ["MSH|1\r"]),
    Case(
      name: "two messages in one segment", bytes: "\u{0B}MSH|1\u{1C}\r\u{0B}MSH|2\u{1C}\r", blocks: ["MSH|1", "MSH|2"]),
    Case(name: "an empty frame", bytes: "\u{0B}\u{1C}\r\u{0B}MSH|2\u{1C}\r", blocks: ["", "MSH|2"]),
    Case(
      name: "line feeds between frames", bytes: "\u{0B}MSH|1\u{1C}\r\n\n\u{0B}MSH|2\u{1C}\r",
      blocks: ["MSH|1", "MSH|2"]),
    Case(
      name: "line feed for the carriage return", bytes: "\u{0B}MSH|1\u{1C}\n\u{0B}MSH|2\u{1C}\n",
      blocks: ["MSH|1", "MSH|2"]),
    Case(
      name: "no carriage return before the next", bytes: "\u{0B}MSH|1\u{1C}\u{0B}MSH|2\u{1C}\r",
      blocks: ["MSH|1", "MSH|2"]),
    Case(name: "bytes before the start", bytes: "GET / HTTP/1.1\r\n\u{0B}MSH|1\u{1C}\r", blocks: ["MSH|1"]),
    Case(
      name: "a start within a message: it begins anew", bytes: "\u{0B}MSH|1\r\u{0B}MSH|2\u{1C}\r", blocks: ["MSH|2"]),
    Case(
      name: "a start that begins nothing is a character", bytes: "\u{0B}MSH|a\u{0B}b\u{1C}\r", blocks: ["MSH|a\u{0B}b"]),
    Case(name: "an end within a text is a character", bytes: "\u{0B}MSH|a\u{1C}b\u{1C}\r", blocks: ["MSH|a\u{1C}b"]),
    Case(name: "two ends", bytes: "\u{0B}MSH|1\u{1C}\u{1C}\r", blocks: ["MSH|1\u{1C}"]),
    Case(name: "an end alone", bytes: "\u{1C}\r\u{0B}MSH|1\u{1C}\r", blocks: ["MSH|1"]),
  ]

  @Test("what is in the blocks, however it is cut", arguments: cases)
  func blocks(of given: Case) {
    let bytes = Array(given.bytes.utf8)
    for size in [1, 2, 3, 7, bytes.count] {
      var decoder = MLLPDecoder(limit: 1000)
      var events: [MLLPEvent] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        events += decoder.feed(bytes[start..<min(start + size, bytes.count)])
      }
      #expect(events == given.blocks.map { .block(Array($0.utf8)) }, "in pieces of \(size)")
      #expect(!decoder.isInBlock)
    }
  }

  @Test("UTF-16 has halves of characters that are a start or an end: they are neither")
  func utf16() {
    // U+4E0B, U+4E1C
    let text = "MSH|下东|".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    var decoder = MLLPDecoder(limit: 1000)
    #expect(decoder.feed([0x0B] + text + [0x1C, 0x0D]) == [.block(text)])
  }

  @Test(
    "one that is too long is cut where the limit is, with its head, and nothing more is read",
    arguments: [1, 1000, 70_000])
  func tooLong(piece: Int) {
    let limit = 100_000
    var decoder = MLLPDecoder(limit: limit)
    #expect(decoder.feed([0x0B] + Array("MSH|".utf8)) == [])
    var events: [MLLPEvent] = []
    var sent = 0
    while events.isEmpty, sent < 2 * limit {
      events += decoder.feed([UInt8](repeating: 0x41, count: piece))
      sent += piece
    }
    guard case .broken(.tooLong, let head)? = events.first else { Issue.record("not cut"); return }
    #expect(head.count == MLLPDecoder.head && head.starts(with: "MSH|".utf8))
    #expect(sent <= limit + piece)
    #expect(decoder.feed(Array("\u{0B}MSH|2\u{1C}\r".utf8)) == [])
    var exact = MLLPDecoder(limit: 10)
    #expect(exact.feed(Array("\u{0B}MSH|567890\u{1C}\r".utf8)) == [.block(Array("MSH|567890".utf8))])
    #expect(exact.feed(Array("\u{0B}MSH|5678901\u{1C}\r".utf8)).count == 1 && exact.isBroken)
  }

  @Test("bytes that never begin a block are no sender's")
  func stray() {
    var decoder = MLLPDecoder(limit: 1000)
    #expect(decoder.feed([UInt8](repeating: 0x0A, count: 1 << 20)) == [])
    let events = (0..<80).flatMap { _ in decoder.feed([UInt8](repeating: 0x41, count: 1000)) }
    #expect(events == [.broken(.stray, head: [])])
  }

  // MARK: Time

  private func channel(_ timing: MLLPTiming = MLLPTiming()) throws -> EmbeddedChannel {
    let channel = EmbeddedChannel(handler: MLLPFrameHandler(limit: 1 << 20, timing: timing, hasTLS: false))
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    return channel
  }

  private func write(_ text: String, to channel: EmbeddedChannel) throws {
    try channel.writeInbound(ByteBuffer(string: text))
  }

  @Test("an end without a carriage return is one when nothing follows for a moment")
  func loneEnd() throws {
    let channel = try channel()
    try write("\u{0B}MSH|1\u{1C}", to: channel)
    #expect(try channel.readInbound(as: MLLPEvent.self) == nil)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(499))
    #expect(try channel.readInbound(as: MLLPEvent.self) == nil)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
    #expect(try channel.readInbound(as: MLLPEvent.self) == .block(Array("MSH|1".utf8)))
    try write("\r\u{0B}MSH|2\u{1C}\r", to: channel)
    #expect(try channel.readInbound(as: MLLPEvent.self) == .block(Array("MSH|2".utf8)))
    channel.embeddedEventLoop.advanceTime(by: .hours(8))
    #expect(try channel.readInbound(as: MLLPEvent.self) == nil, "held open between messages")
    _ = try channel.finish()
  }

  @Test("a block without an end is given up after 30 s of silence, and one byte now and then after 5 minutes")
  func silence() throws {
    let silent = try channel()
    try write("\u{0B}MSH|1", to: silent)
    silent.embeddedEventLoop.advanceTime(by: .seconds(29))
    #expect(try silent.readInbound(as: MLLPEvent.self) == nil)
    silent.embeddedEventLoop.advanceTime(by: .seconds(1))
    #expect(try silent.readInbound(as: MLLPEvent.self) == .broken(.unfinished, head: Array("MSH|1".utf8)))
    try write("\u{0B}MSH|2\u{1C}\r", to: silent)
    #expect(try silent.readInbound(as: MLLPEvent.self) == nil, "nothing is read behind it")
    _ = try silent.finish()

    let slow = try channel()
    try write("\u{0B}MSH|", to: slow)
    for _ in 0..<14 {
      slow.embeddedEventLoop.advanceTime(by: .seconds(20))
      try write("x", to: slow)
      #expect(try slow.readInbound(as: MLLPEvent.self) == nil)
    }
    slow.embeddedEventLoop.advanceTime(by: .seconds(20))
    guard case .broken(.unfinished, _)? = try slow.readInbound(as: MLLPEvent.self) else {
      Issue.record("held for ever")
      return
    }
    _ = try slow.finish()
  }

  @Test(
    "what all hold together is bounded: who needs more than is left is told to come again, and gives back what it had")
  func room() throws {
    let room = MLLPRoom(bytes: 100_000)
    func open() throws -> EmbeddedChannel {
      let handler = MLLPFrameHandler(limit: 1 << 20, timing: MLLPTiming(), hasTLS: false, room: room)
      let channel = EmbeddedChannel(handler: handler)
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      return channel
    }
    let (first, second) = (try open(), try open())
    let large = "\u{0B}MSH|" + String(repeating: "x", count: MLLPRoom.anyway + 90_000)
    try write(large, to: first)
    #expect(try first.readInbound(as: MLLPEvent.self) == nil)
    try write(large, to: second)
    guard case .broken(.noRoom, let head)? = try second.readInbound(as: MLLPEvent.self) else {
      Issue.record("held beyond all room")
      return
    }
    #expect(head.count <= MLLPDecoder.head && head.starts(with: "MSH|".utf8))
    try write("\u{1C}\r", to: first)
    guard case .block? = try first.readInbound(as: MLLPEvent.self) else {
      Issue.record("no block")
      return
    }
    #expect(room.take(100_000), "all of it was given back")
    _ = try first.finish()
    _ = try second.finish()
  }

  @Test("many blocks that each are quick are never given up together")
  func busy() throws {
    let channel = try channel()
    for number in 0..<40 {
      try write("\u{0B}MSH|\(number)", to: channel)
      channel.embeddedEventLoop.advanceTime(by: .seconds(20))
      try write("\u{1C}\r", to: channel)
      #expect(try channel.readInbound(as: MLLPEvent.self) == .block(Array("MSH|\(number)".utf8)))
    }
    _ = try channel.finish()
  }

  @Test("when the service ends, what was read whole is told, and what was not is not")
  func drain() throws {
    let channel = try channel()
    try write("\u{0B}MSH|1\u{1C}\r\u{0B}MSH|2", to: channel)
    channel.pipeline.fireUserInboundEventTriggered(MLLPDrain())
    #expect(try channel.readInbound(as: MLLPEvent.self) == .block(Array("MSH|1".utf8)))
    try write("\u{1C}\r\u{0B}MSH|3\u{1C}\r", to: channel)
    #expect(try channel.readInbound(as: MLLPEvent.self) == .block(Array("MSH|2".utf8)), "it was under way")
    try write("\u{0B}MSH|4\u{1C}\r", to: channel)
    _ = try channel.readInbound(as: MLLPEvent.self)
    #expect(try channel.readInbound(as: MLLPEvent.self) == nil)
    _ = try channel.finish()
  }
}
