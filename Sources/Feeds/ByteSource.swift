import Glibc

/// Bytes that come in pieces.
protocol ByteSource: AnyObject {
  /// Reads up to `buffer.count` bytes; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int
}

/// Why no more bytes come. The text says what to do.
struct ByteSourceError: Error {
  var code = FrameProblem.Code.unreadable
  var reason: String
}

/// An open file, a pipe or standard input. Closed with it.
final class FileSource: ByteSource {
  let descriptor: Int32
  /// What was read to see whether anything comes.
  private var first: UInt8?

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// - Throws: `ByteSourceError` when the file cannot be opened, or is a pipe to which nobody writes.
  init(path: [CChar], limits: FeedLimits) throws(ByteSourceError) {
    // Opening a pipe would otherwise wait until somebody writes to it.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw ByteSourceError(reason: "it cannot be opened: " + String(cString: strerror(errno))) }
    try awaitWriter(limits.pipe)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
  }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  /// Waits, when it is a pipe, until somebody writes to it.
  private func awaitWriter(_ seconds: Double) throws(ByteSourceError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return }
    for _ in 0..<max(1, Int(seconds * 10)) {
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      if count == 1 { first = byte }
      // With a writer and without bytes it would block; without a writer it has ended.
      if count != 0 { return }
      usleep(100_000)
    }
    throw ByteSourceError(reason: "a pipe to which nobody writes: begin to write first")
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
    if let byte = first, buffer.count > 0 {
      buffer[0] = byte
      first = nil
      return 1
    }
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw ByteSourceError(reason: "reading failed: " + String(cString: strerror(errno))) }
    }
  }
}

/// Bytes in memory, handed out in pieces.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0
  private let piece: Int

  init(_ bytes: [UInt8], piece: Int = .max) {
    self.bytes = bytes
    self.piece = piece
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count - position, buffer.count, piece)
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }
}
