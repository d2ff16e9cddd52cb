/// What bytes of a plain document mean.
enum Byte {
  static let newline = UInt8(ascii: "\n")
  static let space = UInt8(ascii: " ")
  static let quote = UInt8(ascii: "\"")
  static let ampersand = UInt8(ascii: "&")
  static let slash = UInt8(ascii: "/")
  static let colon = UInt8(ascii: ":")
  static let less = UInt8(ascii: "<")
  static let greater = UInt8(ascii: ">")
  static let bracket = UInt8(ascii: "]")

  /// Whether it is of an ASCII name: a letter, a digit, `-`, `.` or `_`. One bit for each: it is asked of every byte of a tag.
  @inline(__always)
  static func isOfName(_ byte: UInt8) -> Bool {
    byte & 0x80 == 0 && (byte < 64 ? 0x03FF_6000_0000_0000 : 0x07FF_FFFE_87FF_FFFE as UInt64) >> (byte & 63) & 1 == 1
  }

  /// Whether it is ASCII that stands for itself in text: neither `&`, `<` nor `]`, and no control character.
  @inline(__always)
  static func isOrdinary(_ byte: UInt8) -> Bool {
    byte & 0x80 == 0 && (byte < 64 ? 0xEFFF_FFBF_0000_0000 : 0x7FFF_FFFF_DFFF_FFFF as UInt64) >> (byte & 63) & 1 == 1
  }

  /// Whether so many bytes are the same; eight at once.
  @inline(__always)
  static func areSame(
    _ a: UnsafeBufferPointer<UInt8>, _ start: Int, _ b: UnsafeBufferPointer<UInt8>, _ other: Int, count: Int
  ) -> Bool {
    let (x, y) = (UnsafeRawBufferPointer(a), UnsafeRawBufferPointer(b))
    var offset = 0
    while offset + 8 <= count {
      if x.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
        != y.loadUnaligned(fromByteOffset: other + offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < count {
      if a[start + offset] != b[other + offset] { return false }
      offset += 1
    }
    return true
  }
}
