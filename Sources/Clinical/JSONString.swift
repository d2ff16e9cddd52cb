/// A string as JSON writes it (RFC 8259, section 7): the one way in which every answer here does.
public enum JSONString {
  /// Appends it, in its quotes. Only what must be is written otherwise than it is.
  public static func append(_ value: String, to text: inout String) {
    text += "\""
    // Nearly nothing has a sign that must be written otherwise.
    if value.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      escape(value, to: &text)
    } else {
      text += value
    }
    text += "\""
  }

  /// It, in its quotes.
  public static func quoted(_ value: String) -> String {
    var text = ""
    append(value, to: &text)
    return text
  }

  /// A unit of UTF-16 as its four digits: `\u2028`.
  public static func escaped(_ unit: UInt16) -> String { "\\u" + [UInt8(unit >> 8), UInt8(unit & 0xFF)].hex }

  private static func escape(_ value: String, to text: inout String) {
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<" ": text += escaped(UInt16(scalar.value))
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
