import AsyncHTTPClient
import NIOCore
import Registry

/// The body of an archive's answer, as it comes, for as long as it does: who takes slowly keeps it from being sent, and nothing of it is
/// held but what is under way.
actor ArchiveStream {
  /// What an archive is given.
  struct Bounds: Sendable {
    /// Without a byte.
    var silence: Duration = .seconds(5)
    /// Bytes of one answer.
    var most: Int
    /// What must have come in every second of waiting, over the whole: one byte now and then is as good as none.
    var slowest = 2048
    /// Seconds of waiting that are not counted so.
    var patience: Duration = .seconds(20)
  }

  private let bounds: Bounds
  private var parts: HTTPClientResponse.Body.AsyncIterator
  private var (bytes, waited) = (0, Duration.zero)
  /// Held for as long as the archive is asked.
  private let place: ArchivePlace

  init(_ body: HTTPClientResponse.Body, _ bounds: Bounds, _ place: ArchivePlace) {
    (self.bounds, self.place) = (bounds, place)
    parts = body.makeAsyncIterator()
  }

  /// - Throws: `ServiceError.imagesUnavailable` where nothing, or too little, came in time; `ServiceError.archiveRefused` where it is more than
  ///   anything can be; `ServiceError.archiveUnreachable` where the connection ended before it should.
  func next() async throws -> ByteBuffer? {
    let start = ContinuousClock.now
    let part = try await partInTime()
    waited += ContinuousClock.now - start
    bytes += part?.readableBytes ?? 0
    if bytes > bounds.most { throw ServiceError.archiveRefused }
    if part != nil, waited > bounds.patience, Double(bytes) < waited / .seconds(1) * Double(bounds.slowest) {
      throw ServiceError.imagesUnavailable
    }
    return part
  }

  private func partInTime() async throws -> ByteBuffer? {
    try await withThrowingTaskGroup(of: ByteBuffer?.self) { group in
      group.addTask { try await self.part() }
      group.addTask { [bounds] in
        try await Task.sleep(for: bounds.silence)
        throw ServiceError.imagesUnavailable
      }
      defer { group.cancelAll() }
      do {
        return try await group.next() ?? nil
      } catch let error as ServiceError {
        throw error
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        throw ServiceError.archiveUnreachable
      }
    }
  }

  private func part() async throws -> ByteBuffer? {
    var parts = parts
    defer { self.parts = parts }
    return try await parts.next(isolation: #isolation)
  }

  /// All of it, where it is little.
  ///
  /// - Throws: `ServiceError`, as `next`.
  func whole() async throws -> ByteBuffer {
    var whole = ByteBuffer()
    while var part = try await next() { whole.writeBuffer(&part) }
    return whole
  }
}

/// That one request is under way with an archive, until it is let go.
final class ArchivePlace: Sendable {
  private let free: @Sendable () -> Void

  init(_ free: @escaping @Sendable () -> Void) { self.free = free }

  deinit { free() }
}
