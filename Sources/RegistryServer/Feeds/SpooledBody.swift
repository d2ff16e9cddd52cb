import Feeds
import Foundation
import Glibc
import Hummingbird
import NIOCore
import NIOPosix
import Registry

/// The body of a request, whole: in memory while it is small, else in a file that has no name and is gone with the process.
struct SpooledBody: Sendable {
  let feed: FeedBody
  /// Bytes as they were sent.
  let size: Int
  private let file: SpoolFile?

  /// Reads to the end; while it does, nothing more is taken from the connection than it has room for.
  ///
  /// - Throws: `ServiceError.tooLarge`; `ServiceError.busy` where the disk has no room.
  init(_ body: some AsyncSequence<ByteBuffer, any Error>, bounds: FeedBounds) async throws {
    var head: [UInt8] = []
    var file: SpoolFile?
    var size = 0
    for try await piece in body {
      size += piece.readableBytes
      if size > bounds.body { throw ServiceError.tooLarge }
      if file == nil, size <= bounds.inMemory {
        head.append(contentsOf: piece.readableBytesView)
        continue
      }
      let spool = try file ?? SpoolFile()
      let pending = head
      (file, head) = (spool, [])
      try await NIOThreadPool.singleton.runIfActive {
        if !pending.isEmpty { try spool.append(pending) }
        try spool.append(piece.readableBytesView)
      }
    }
    self.size = size
    self.file = file
    feed = file.map { .file(descriptor: $0.descriptor) } ?? .bytes(head)
  }

  /// The first bytes.
  func head(_ count: Int) -> [UInt8] {
    switch feed {
    case .bytes(let bytes): Array(bytes.prefix(count))
    case .file(let descriptor):
      [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
        written = max(0, pread(descriptor, buffer.baseAddress, count, 0))
      }
    }
  }

  var isGzip: Bool { head(2) == [0x1F, 0x8B] }
}

/// A file without a name: nobody else can open it, and nothing of it is left when the process ends, however it ends.
final class SpoolFile: Sendable {
  let descriptor: Int32

  /// - Throws: `ServiceError.busy` where none can be made.
  init() throws(ServiceError) {
    var template = Array((FileManager.default.temporaryDirectory.path + "/huren-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    if descriptor < 0 { throw .busy }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { close(descriptor) }

  /// - Throws: `ServiceError.busy` where there is no room.
  func append(_ bytes: some Collection<UInt8>) throws(ServiceError) {
    let written = bytes.withContiguousStorageIfAvailable { write(whole: UnsafeRawBufferPointer($0)) }
    guard written ?? Array(bytes).withUnsafeBytes({ write(whole: $0) }) else { throw .busy }
  }

  private func write(whole bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 { rest = rest.dropFirst(count) } else if count < 0, errno != EINTR { return false }
    }
    return true
  }
}
