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

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// - Throws: `ByteSourceError` when the file cannot be opened.
  init(path: String) throws(ByteSourceError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw ByteSourceError(reason: "it cannot be opened: " + String(cString: strerror(errno))) }
  }

  deinit { if descriptor > STDIN_FILENO { close(descriptor) } }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
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
