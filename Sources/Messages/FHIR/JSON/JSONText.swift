import Clinical

/// Characters of JSON strings: which are allowed, and what they stand for.
enum JSONText {
  /// How many bytes the UTF-8 character at a place has; nil when it is none (RFC 3629: no overlong form, no surrogate), or
  /// is one that XML does not allow.
  ///
  /// - Parameter isAny: whether what XML does not allow is taken too.
  static func characterLength(
    _ bytes: UnsafeBufferPointer<UInt8>, at position: Int, isAny: Bool = false
  ) -> Int? {
    func isContinuation(_ offset: Int) -> Bool {
      position + offset < bytes.count && bytes[position + offset] & 0xC0 == 0x80
    }
    let first = bytes[position]
    switch first {
    case 0..<0x80: return 1
    case 0xC2...0xDF: return isContinuation(1) ? 2 : nil
    case 0xE0...0xEF:
      guard isContinuation(1), isContinuation(2) else { return nil }
      let scalar =
        UInt32(first & 0x0F) << 12 | UInt32(bytes[position + 1] & 0x3F) << 6 | UInt32(bytes[position + 2] & 0x3F)
      return scalar >= 0x800 && isAllowed(scalar, isAny) ? 3 : nil
    case 0xF0...0xF4:
      guard isContinuation(1), isContinuation(2), isContinuation(3) else { return nil }
      let second = bytes[position + 1]
      return first == 0xF0 && second < 0x90 || first == 0xF4 && second > 0x8F ? nil : 4
    default: return nil
    }
  }

  /// Whether XML 1.0 allows a scalar of the basic plane (production 2, Char).
  private static func isAllowed(_ scalar: UInt32, _ isAny: Bool) -> Bool {
    switch scalar {
    case 0x09, 0x0A, 0x0D, 0x20..<0xD800, 0xE000..<0xFFFE: true
    case 0xD800..<0xE000: false
    default: isAny
    }
  }

  /// How many bytes the escape at a place has, a surrogate pair counted as one; nil when it is none that is allowed.
  static func escapeLength(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int, isAny: Bool = false) -> Int? {
    guard position + 1 < bytes.count else { return nil }
    switch bytes[position + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "n"), UInt8(ascii: "r"),
      UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal(bytes, at: position + 2) else { return nil }
      if isAllowed(UInt32(unit), isAny) { return 6 }
      guard UTF16.isLeadSurrogate(unit), position + 7 < bytes.count, bytes[position + 6] == UInt8(ascii: "\\"),
        bytes[position + 7] == UInt8(ascii: "u"), let second = hexadecimal(bytes, at: position + 8),
        UTF16.isTrailSurrogate(second)
      else { return nil }
      return 12
    // They stand for characters that neither FHIR nor XML allows.
    case UInt8(ascii: "b"), UInt8(ascii: "f"): return isAny ? 2 : nil
    default: return nil
    }
  }

  private static func hexadecimal(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> UInt16? {
    guard position + 4 <= bytes.count else { return nil }
    var value: UInt16 = 0
    for byte in bytes[position..<(position + 4)] {
      guard let digit = Hexadecimal.value(of: byte) else { return nil }
      value = value << 4 | UInt16(digit)
    }
    return value
  }

  /// Appends what the inside of a string stands for. The string has been passed over before, so its escapes are good.
  static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isEscaped: Bool, to output: inout [UInt8]
  ) {
    guard isEscaped else { return output.append(contentsOf: bytes[range]) }
    var position = range.lowerBound
    while position < range.upperBound {
      guard bytes[position] == UInt8(ascii: "\\"), let length = escapeLength(bytes, at: position, isAny: true)
      else {
        output.append(bytes[position])
        position += 1
        continue
      }
      switch bytes[position + 1] {
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "u"):
        let units = stride(from: position + 2, to: position + length, by: 6).compactMap { hexadecimal(bytes, at: $0) }
        output.append(contentsOf: String(decoding: units, as: UTF16.self).utf8)
      case let other: output.append(other)
      }
      position += length
    }
  }

  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isEscaped: Bool) -> String {
    var output: [UInt8] = []
    append(bytes, range, isEscaped: isEscaped, to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}
