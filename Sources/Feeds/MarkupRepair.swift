import Glibc
import XMLReading

/// Escapes what senders forget to escape: a `&` that begins no reference, a `<` that begins no markup (`<0.01`). Only for
/// senders declared so: what they meant is then a guess that somebody answers for.
public enum MarkupRepair {
  /// - Returns: nil when there was nothing to repair.
  public static func repair(_ bytes: UnsafeBufferPointer<UInt8>) -> (bytes: [UInt8], repairs: Int)? {
    var output: [UInt8] = []
    var repairs = 0
    var copied = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x3C, let end = endOfOpaque(bytes, index) {
        index = end
        continue
      }
      let replacement: StaticString? =
        byte == 0x26 && !beginsReference(bytes, index)
        ? "&amp;" : byte == 0x3C && !beginsMarkup(bytes, index) ? "&lt;" : nil
      if let replacement {
        output.append(contentsOf: bytes[copied..<index])
        replacement.withUTF8Buffer { output.append(contentsOf: $0) }
        copied = index + 1
        repairs += 1
      }
      index += 1
    }
    if repairs == 0 { return nil }
    output.append(contentsOf: bytes[copied...])
    return (output, repairs)
  }

  /// The end of the comment, CDATA section or instruction that begins there; the end of all when it never ends.
  private static func endOfOpaque(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int? {
    for (opening, closing) in opaque where starts(bytes, index, with: opening) {
      let from = index + opening.utf8CodeUnitCount
      return firstPlace(of: closing, in: bytes, from: from).map { $0 + closing.utf8CodeUnitCount } ?? bytes.count
    }
    return nil
  }

  private static var opaque: [(StaticString, StaticString)] { [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] }

  private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, with text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    return index + count <= bytes.count && memcmp(bytes.baseAddress! + index, text.utf8Start, count) == 0
  }

  /// `&amp;` and the other four, `&#10;`, `&#x0A;`.
  private static func beginsReference(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    for entity: StaticString in ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"] where starts(bytes, index, with: entity) {
      return true
    }
    guard starts(bytes, index, with: "&#") else { return false }
    let isHexadecimal = starts(bytes, index, with: "&#x")
    let first = index + (isHexadecimal ? 3 : 2)
    var place = first
    while place < bytes.count, place < first + 8 {
      let byte = bytes[place]
      let isDigit = byte >= 0x30 && byte <= 0x39
      let isLetter = isHexadecimal && byte | 0x20 >= 0x61 && byte | 0x20 <= 0x66
      if !isDigit, !isLetter { break }
      place += 1
    }
    return place > first && place < bytes.count && bytes[place] == 0x3B
  }

  /// A tag's name, `/` and a name, or `!`.
  private static func beginsMarkup(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    guard index + 1 < bytes.count else { return false }
    let next = bytes[index + 1]
    if next == 0x2F { return index + 2 < bytes.count && MarkupLexer.beginsName(bytes[index + 2]) }
    return next == 0x21 || MarkupLexer.beginsName(next)
  }
}
