import Clinical

/// Escape sequences of HL7 v2 (2.7): separators, bytes in hexadecimal, formatting commands.
///
/// What nobody knows stays as it is, and so does a lone escape sign: `C:\lab`, `\Zx\`.
enum V2Escape {
  /// The text of some bytes of a message, their escapes resolved; line breaks are line feeds.
  static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ separators: V2Separators) -> String {
    let escape = separators.escape
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0D {
        if index < bytes.count, bytes[index] == 0x0A { index += 1 }
        result.append(0x0A)
      } else if byte == escape, let end = bytes[index...].firstIndex(of: escape) {
        if let (replacement, next) = resolve(bytes, index..<end, separators) {
          result += replacement
          index = next
        } else {
          result.append(byte)
        }
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  static func text(_ text: String, _ separators: V2Separators) -> String {
    var text = text
    return text.withUTF8 { bytes in
      bytes.contains(separators.escape) || bytes.contains(0x0D) ? self.text(bytes, separators) : nil
    } ?? text
  }

  /// The text of a command that v2.xml wrote as `<escape V="…"/>`.
  static func text(ofCommand command: String) -> String {
    let bytes = Array(command.utf8)
    let known = bytes.withUnsafeBufferPointer { replacement($0, .usual) }
    return known.map { String(decoding: $0, as: UTF8.self) } ?? "\\" + command + "\\"
  }

  /// What the command in a range stands for, and where the text goes on; nil for one that nobody knows.
  private static func resolve(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ separators: V2Separators
  ) -> (replacement: [UInt8], next: Int)? {
    guard let first = bytes[range].first, first == 0x58 || first == 0x78 else {
      return replacement(UnsafeBufferPointer(rebasing: bytes[range]), separators).map { ($0, range.upperBound + 1) }
    }
    // A character of several bytes may stand in several commands side by side.
    guard var data = Hexadecimal.bytes(bytes[range].dropFirst()) else { return nil }
    var next = range.upperBound + 1
    while next + 1 < bytes.count, bytes[next] == separators.escape, bytes[next + 1] | 0x20 == 0x78,
      let end = bytes[(next + 2)...].firstIndex(of: separators.escape),
      let more = Hexadecimal.bytes(bytes[(next + 2)..<end])
    {
      data += more
      next = end + 1
    }
    return characters(data).map { ($0, next) }
  }

  private static func replacement(_ command: UnsafeBufferPointer<UInt8>, _ separators: V2Separators) -> [UInt8]? {
    guard let first = command.first else { return nil }
    if first == UInt8(ascii: ".") { return formatting(command.dropFirst()) }
    if first | 0x20 == 0x78 { return Hexadecimal.bytes(command.dropFirst()).flatMap(characters) }
    guard command.count == 1 else { return nil }
    switch first {
    case UInt8(ascii: "F"): return [separators.field]
    case UInt8(ascii: "S"): return [sign(separators.component, "^")]
    case UInt8(ascii: "T"): return [sign(separators.subcomponent, "&")]
    case UInt8(ascii: "R"): return [sign(separators.repetition, "~")]
    case UInt8(ascii: "E"): return [sign(separators.escape, "\\")]
    case UInt8(ascii: "P"): return [UInt8(ascii: "#")]
    // Highlighting begins and ends.
    case UInt8(ascii: "H"), UInt8(ascii: "N"): return []
    default: return nil
    }
  }

  private static func sign(_ separator: UInt8, _ usual: Unicode.Scalar) -> UInt8 {
    separator == V2Separators.none ? UInt8(ascii: usual) : separator
  }

  /// `.br`, `.sp+2`, `.in-4`…, as plain text.
  private static func formatting(_ command: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    let name = command.prefix(2).map { $0 | 0x20 }
    let isMeasure = command.dropFirst(2).allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 43 || $0 == 45 || $0 == 32 }
    guard isMeasure else { return nil }
    switch String(decoding: name, as: UTF8.self) {
    case "br", "sp", "ce": return [0x0A]
    case "in", "ti", "sk": return [0x20]
    case "fi", "nf": return []
    default: return nil
    }
  }

  /// Bytes as text: UTF-8; one byte alone beyond ASCII is of ISO 8859-1, since it can be of nothing else. Zeros before a line break
  /// (`\X000d\`) are none; other signs of control are not made.
  private static func characters(_ data: [UInt8]) -> [UInt8]? {
    if data.count == 1, let only = data.first, only >= 0xA0 { return Array(String(Unicode.Scalar(only)).utf8) }
    guard String(validating: data, as: UTF8.self) != nil else { return nil }
    var result: [UInt8] = []
    var previous: UInt8 = 0
    for (index, byte) in data.enumerated() {
      switch byte {
      case 0:
        guard index + 1 < data.count, data[index + 1] == 0x0D || data[index + 1] == 0x0A else { return nil }
        continue
      case 0x0D: result.append(0x0A)
      case 0x0A: if previous != 0x0D { result.append(0x0A) }
      case 0x09, 0x20...0x7E, 0x80...: result.append(byte)
      default: return nil
      }
      previous = byte
    }
    return result
  }
}
