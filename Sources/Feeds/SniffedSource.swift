import Glibc

/// A source whose first bytes were looked at.
final class SniffedSource: ByteSource {
  private let source: any ByteSource
  private var head: [UInt8] = []
  private var position = 0
  private var failure: ByteSourceError?
  /// The file behind it, when it can be read from any place.
  private let file: FileSource?

  init(_ source: any ByteSource, seekable file: FileSource? = nil) {
    self.source = source
    self.file = file.flatMap { lseek($0.descriptor, 0, SEEK_CUR) < 0 ? nil : $0 }
    var buffer = [UInt8](repeating: 0, count: 512)
    do throws(ByteSourceError) {
      while head.count < 512 {
        let room = buffer.count - head.count
        let count = try Self.read(source, &buffer, room)
        if count == 0 { break }
        head += buffer[..<count]
      }
    } catch {
      failure = error
    }
  }

  private static func read(
    _ source: any ByteSource, _ buffer: inout [UInt8], _ room: Int
  ) throws(ByteSourceError) -> Int {
    let result = buffer.withUnsafeMutableBytes { raw in
      Result { () throws(ByteSourceError) in
        try source.read(into: UnsafeMutableRawBufferPointer(rebasing: raw[..<room]))
      }
    }
    return try result.get()
  }

  /// zip, gzip or tar, by their first bytes: no text begins so.
  var isArchive: Bool {
    isZip || head.starts(with: [0x1F, 0x8B]) || head.count > 262 && head[257..<262].elementsEqual("ustar".utf8)
  }

  var isZip: Bool {
    head.starts(with: [0x50, 0x4B, 0x03, 0x04]) || head.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceError) -> Int {
    if position < head.count {
      let count = min(head.count - position, buffer.count)
      head.withUnsafeBytes {
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
      }
      position += count
      return count
    }
    if let failure { throw failure }
    return try source.read(into: buffer)
  }

  var isSeekable: Bool { file != nil }

  /// Moves to a place; nil when that cannot be.
  func seek(_ offset: Int, _ whence: Int32) -> Int? {
    guard let file else { return nil }
    // The file is ahead of the reader while the head has not been handed out.
    let ahead = whence == SEEK_CUR ? head.count - position : 0
    let place = lseek(file.descriptor, off_t(offset - ahead), whence)
    guard place >= 0 else { return nil }
    position = head.count
    return Int(place)
  }
}
