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

extension FeedBody {
  /// All of it, unpacked where it is packed.
  ///
  /// - Returns: nil for what is more, damaged, or several files in one.
  public func whole(atMost limit: Int) -> [UInt8]? {
    var limits = FeedLimits()
    limits.unpacked = limit
    var source = FeedSource(self, label: "", limits: limits)
    guard case .feed(_, let bytes)? = source.next() else { return nil }
    var whole: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 128 << 10)
    do {
      while true {
        let count = try buffer.withUnsafeMutableBytes { try bytes.read(into: $0) }
        if count == 0 { break }
        if whole.count + count > limit { return nil }
        whole += buffer[..<count]
      }
    } catch {
      return nil
    }
    return source.next() == nil ? whole : nil
  }
}
