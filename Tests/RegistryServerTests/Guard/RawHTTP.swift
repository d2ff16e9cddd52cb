import NIOCore
import NIOPosix

/// Bytes to a port of this machine, as no client would send them, and what comes back until the other end closes or has said enough.
enum RawHTTP {
  /// - Parameters:
  ///   - pieces: each a write of its own.
  ///   - answers: heads after which nothing more is waited for.
  static func send(_ port: Int, _ pieces: [[UInt8]], answers: Int = 1) async throws -> String {
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      for piece in pieces {
        do { try await outbound.write(ByteBuffer(bytes: piece)) } catch { break }
      }
      // A head that was asked for says the length of what does not follow.
      let isHead = pieces.first?.starts(with: "HEAD ".utf8) ?? false
      var read = ""
      do {
        for try await buffer in inbound {
          read += String(buffer: buffer)
          if isHead, answers == 1, read.contains("\r\n\r\n") { break }
          if !isHead, isWhole(read, answers) { break }
        }
      } catch {}
      return read
    }
  }

  static func send(_ port: Int, _ text: String) async throws -> String { try await send(port, [Array(text.utf8)]) }

  /// A head as clients write it.
  static func head(_ method: String, _ path: String, _ fields: [String] = [], as caller: String? = nil) -> String {
    let own = caller.map { ["Authorization: \($0)"] } ?? []
    return (["\(method) \(path) HTTP/1.1", "Host: x"] + own + fields).joined(separator: "\r\n") + "\r\n\r\n"
  }

  /// By what each head says of its length.
  private static func isWhole(_ text: String, _ answers: Int) -> Bool {
    var rest = text.utf8[...]
    var count = 0
    while let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) {
      let head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      rest = rest[end.upperBound...]
      if head.lowercased().contains("transfer-encoding: chunked") {
        guard let last = rest.firstRange(of: Array("0\r\n\r\n".utf8)) else { return false }
        rest = rest[last.upperBound...]
      } else {
        let length = head.firstMatch(of: /[Cc]ontent-[Ll]ength: ?(\d+)/).flatMap { Int($0.1) } ?? 0
        guard rest.count >= length else { return false }
        rest = rest.dropFirst(length)
      }
      count += 1
      if count == answers { return true }
    }
    return false
  }

  static func status(_ answer: String) -> Int? { answer.firstMatch(of: /^HTTP\/1\.1 (\d{3})/).flatMap { Int($0.1) } }
}
