import Glibc

/// A place in a feed, and how to move it on over the bytes that follow.
struct TextPosition {
  /// What the bytes of the window are.
  enum Coding {
    case utf8
    case gb18030
    /// UTF-8 made of UTF-16: columns are those of the one, bytes of the file those of the other.
    case utf16
  }

  var line = 1
  /// In characters.
  var column = 1
  /// Bytes of the file.
  var offset = 0
  /// Bytes of a GB18030 character seen so far: a piece may end within one.
  private var pending = 0

  mutating func advance(over bytes: UnsafeBufferPointer<UInt8>, _ coding: Coding) {
    offset += coding == .utf16 ? UTF16Stream.length(of: bytes) : bytes.count
    let rest = skipLines(bytes)
    if coding == .gb18030 { return skipGB18030(rest) }
    column += TextPosition.characters(rest)
  }

  /// Counted in blocks of bytes, so that the compiler can count many at once.
  private static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var count = 0
    var index = 0
    while index < bytes.count {
      let end = min(index + 255, bytes.count)
      var block: UInt8 = 0
      while index < end {
        block &+= bytes[index] & 0xC0 != 0x80 ? 1 : 0
        index += 1
      }
      count += Int(block)
    }
    return count
  }

  private mutating func skipLines(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0, let found = memchr(base, 10, rest.count) {
      line += 1
      column = 1
      pending = 0
      rest = UnsafeBufferPointer(rebasing: rest[(UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1)...])
    }
    return rest
  }

  /// One byte below 0x81, else two, or four when the second is a digit.
  private mutating func skipGB18030(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      switch pending {
      case 1 where byte >= 0x40: pending = 0
      case 1 where byte >= 0x30 && byte <= 0x39: pending = 2
      case 2: pending = 3
      case 3: pending = 0
      default:
        column += 1
        pending = byte >= 0x81 ? 1 : 0
      }
    }
  }
}
