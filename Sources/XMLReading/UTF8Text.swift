/// What there is to know about bytes before they are believed to be UTF-8.
public enum UTF8Text {
  public enum Shape: Sendable {
    case ascii
    /// UTF-8, with characters of at most two bytes: what is written in two-byte characters of another encoding can look so.
    case narrow
    /// UTF-8, with characters of three bytes or more: nothing else looks so for long.
    case wide
    /// No UTF-8.
    case broken
  }

  public static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var all: UInt8 = 0
    for byte in bytes { all |= byte }
    return all < 0x80
  }

  /// Whether the bytes are well-formed UTF-8 (Unicode 15, table 3-7).
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { shape(bytes) != .broken }

  public static func shape(_ bytes: UnsafeBufferPointer<UInt8>) -> Shape {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = 0
    var longest = 1
    while index < bytes.count {
      // Nearly all of a message is ASCII: many bytes at once.
      while index + 32 <= bytes.count {
        let words = raw.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self)
        guard (words[0] | words[1] | words[2] | words[3]) & 0x8080_8080_8080_8080 == 0 else { break }
        index += 32
      }
      if index == bytes.count { break }
      if index + 8 <= bytes.count {
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian & 0x8080_8080_8080_8080
        index += word.trailingZeroBitCount / 8
        if word == 0 { continue }
      } else if bytes[index] < 0x80 {
        index += 1
        continue
      }
      // So is nearly every Han character.
      let first = bytes[index]
      if first > 0xE0, first < 0xED, index + 3 <= bytes.count, bytes[index + 1] & bytes[index + 2] & 0xC0 == 0x80,
        (bytes[index + 1] | bytes[index + 2]) & 0x40 == 0
      {
        longest = max(longest, 3)
        index += 3
        continue
      }
      let length = characterLength(bytes, index)
      if length == 0 { return .broken }
      longest = max(longest, length)
      index += length
    }
    return longest > 2 ? .wide : longest > 1 ? .narrow : .ascii
  }

  /// 0 when no character begins there.
  static func characterLength(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    let first = bytes[index]
    if first < 0x80 { return 1 }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    if first < 0xC2 || first > 0xF4 || index + length > bytes.count { return 0 }
    let second = bytes[index + 1]
    switch first {
    case 0xE0 where second < 0xA0, 0xED where second > 0x9F, 0xF0 where second < 0x90, 0xF4 where second > 0x8F:
      return 0
    default: break
    }
    for offset in 1..<length where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
