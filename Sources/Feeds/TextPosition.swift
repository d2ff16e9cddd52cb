import Glibc

/// A place in a text, and how to move it on over the bytes that follow.
struct TextPosition {
  var line = 1
  var column = 1
  /// Bytes of a GB18030 character seen so far: a piece may end within one.
  private var pending = 0

  /// Moves on over UTF-8.
  mutating func advance(over bytes: UnsafeBufferPointer<UInt8>) {
    let rest = skipLines(bytes)
    var count = 0
    for byte in rest where byte & 0xC0 != 0x80 { count &+= 1 }
    column += count
  }

  /// Moves on over GB18030: one byte below 0x81, else two, or four when the second is a digit.
  mutating func advance(overGB18030 bytes: UnsafeBufferPointer<UInt8>) {
    for byte in skipLines(bytes) {
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
}
