import Hummingbird
import NIOCore
import Registry

/// The lines of a body as they come, empty ones left out: no more of it is in memory than one line and what came with it.
struct BodyLines {
  private var parts: RequestBody.AsyncIterator
  private let limit: Int
  private var buffer: [UInt8] = []
  private var start = 0
  /// Up to where it was looked through: what comes in single bytes is not looked at again with each.
  private var searched = 0
  private var isAtEnd = false

  /// - Parameter limit: of one line, in bytes.
  init(_ body: RequestBody, limit: Int) {
    parts = body.makeAsyncIterator()
    self.limit = limit
  }

  /// What has come already of the next lines: whoever writes one and waits, waits for no other.
  ///
  /// - Returns: nil at the end.
  /// - Throws: `ServiceError.tooLarge` for a line over the limit.
  mutating func next(atMost count: Int) async throws -> [[UInt8]]? {
    var lines: [[UInt8]] = []
    while true {
      while lines.count < count, let line = lineRead() { lines.append(line) }
      if !lines.isEmpty { return lines }
      guard !isAtEnd else {
        let last = buffer[start...]
        start = buffer.count
        return last.isBlank ? nil : [Array(last)]
      }
      buffer.removeSubrange(..<start)
      (start, searched) = (0, buffer.count)
      guard buffer.count <= limit else { throw ServiceError.tooLarge }
      if let part = try await parts.next() { buffer += part.readableBytesView } else { isAtEnd = true }
    }
  }

  private mutating func lineRead() -> [UInt8]? {
    while let end = buffer[max(start, searched)...].firstIndex(of: 10) {
      let line = buffer[start..<end]
      (start, searched) = (end + 1, end + 1)
      if !line.isBlank { return Array(line) }
    }
    return nil
  }
}

extension Collection where Element == UInt8 {
  /// Whether there is nothing in it but white space.
  var isBlank: Bool { allSatisfy { $0 == 32 || $0 == 13 || $0 == 10 || $0 == 9 } }
}
