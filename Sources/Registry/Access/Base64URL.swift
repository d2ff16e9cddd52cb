/// Base64url without padding (RFC 4648, section 5; RFC 7515, appendix C), and nothing else: one text for the same bytes.
public enum Base64URL {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func value(_ digit: UInt8) -> UInt32? {
    switch digit {
    case 0x41...0x5A: UInt32(digit - 0x41)
    case 0x61...0x7A: UInt32(digit - 0x61) + 26
    case 0x30...0x39: UInt32(digit - 0x30) + 52
    case 0x2D: 62
    case 0x5F: 63
    default: nil
    }
  }

  /// - Returns: nil for padding, white space, any other character, and bits that no byte is made of.
  public static func bytes(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var (held, bits): (UInt32, Int) = (0, 0)
    for digit in text {
      guard let value = value(digit) else { return nil }
      held = held << 6 | value
      bits += 6
      if bits < 8 { continue }
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
      held &= 1 << UInt32(bits) - 1
    }
    return bits < 6 && held == 0 ? bytes : nil
  }

  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    var (held, bits): (UInt32, UInt32) = (0, 0)
    for byte in bytes {
      held = held << 8 | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(digits[Int(held >> bits & 63)])
      }
      held &= 1 << bits - 1
    }
    if bits > 0 { text.append(digits[Int(held << (6 - bits) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
