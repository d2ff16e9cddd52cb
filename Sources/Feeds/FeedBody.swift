import Glibc

/// A feed that is no file of a name: the body of a request.
public enum FeedBody: Sendable {
  case bytes([UInt8])
  /// An open file, read from its beginning; it stays its owner's.
  case file(descriptor: Int32)

  /// It can be read again and again.
  func source() -> SniffedSource {
    switch self {
    case .bytes(let bytes): return SniffedSource(MemorySource(bytes))
    case .file(let descriptor):
      let own = dup(descriptor)
      lseek(own, 0, SEEK_SET)
      let file = FileSource(descriptor: own)
      return SniffedSource(file, seekable: file)
    }
  }
}
