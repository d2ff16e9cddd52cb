/// Makes UTF-8 of UTF-16 that comes in pieces, so that it can be undone: what is no character (a lone surrogate) becomes the
/// three bytes it would have, which no UTF-8 may hold, so that whoever checks the result will see it.
struct UTF16Stream {
  let isBigEndian: Bool
  /// Bytes of a unit, or a first surrogate, whose rest has not come yet.
  private(set) var rest: [UInt8] = []

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// - Parameter output: room for one and a half times as many bytes, and nine more.
  /// - Returns: how many were written.
  mutating func decode(_ bytes: ArraySlice<UInt8>, to output: UnsafeMutablePointer<UInt8>, isLast: Bool) -> Int {
    let input = rest + bytes
    rest = []
    var written = 0
    func write(_ byte: UInt32) {
      output[written] = UInt8(truncatingIfNeeded: byte)
      written += 1
    }
    var index = 0
    while index + 1 < input.count {
      var scalar = unit(input, index)
      var length = 2
      if scalar & 0xFC00 == 0xD800 {
        if index + 3 < input.count {
          let second = unit(input, index + 2)
          if second & 0xFC00 == 0xDC00 {
            scalar = 0x10000 + (scalar & 0x3FF) << 10 + (second & 0x3FF)
            length = 4
          }
        } else if !isLast {
          break
        }
      }
      switch scalar {
      case 0..<0x80: write(scalar)
      case 0x80..<0x800:
        write(0xC0 | scalar >> 6)
        write(0x80 | scalar & 0x3F)
      case 0x800..<0x10000:
        write(0xE0 | scalar >> 12)
        write(0x80 | scalar >> 6 & 0x3F)
        write(0x80 | scalar & 0x3F)
      default:
        write(0xF0 | scalar >> 18)
        write(0x80 | scalar >> 12 & 0x3F)
        write(0x80 | scalar >> 6 & 0x3F)
        write(0x80 | scalar & 0x3F)
      }
      index += length
    }
    // Half a unit at the end is no character either.
    if isLast, index < input.count { write(0xFF) }
    rest = Array(input[index...])
    return written
  }

  private func unit(_ bytes: [UInt8], _ index: Int) -> UInt32 {
    isBigEndian
      ? UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1]) : UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index])
  }

  /// The bytes that were decoded to these, and those still to be decoded.
  func undone(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    func write(_ unit: UInt32) {
      let high = UInt8(truncatingIfNeeded: unit >> 8)
      let low = UInt8(truncatingIfNeeded: unit)
      output += isBigEndian ? [high, low] : [low, high]
    }
    var index = 0
    while index < bytes.count {
      let first = UInt32(bytes[index])
      if first == 0xFF { break }
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
      for byte in bytes[index..<min(index + length, bytes.count)].dropFirst() {
        scalar = scalar << 6 | UInt32(byte & 0x3F)
      }
      if scalar >= 0x10000 {
        write(0xD800 | (scalar - 0x10000) >> 10)
        write(0xDC00 | (scalar - 0x10000) & 0x3FF)
      } else {
        write(scalar)
      }
      index += length
    }
    return output + rest
  }

  /// How many bytes of UTF-16 made these.
  static func length(of bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var units = 0
    for byte in bytes { units &+= (byte & 0xC0 != 0x80 ? 1 : 0) &+ (byte >= 0xF0 && byte != 0xFF ? 1 : 0) }
    return 2 * units
  }
}
