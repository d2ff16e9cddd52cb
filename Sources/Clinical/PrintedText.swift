/// Text for people, on a terminal or on paper. What stands literally in the program is taken as it is; what is put into it came from
/// outside (names of files, codes, words of a message), and cannot break out of its place: every character in it that moves a cursor,
/// ends a line, hides or turns what stands beside it is written as an escape.
public struct PrintedText: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringInterpolation {
  public private(set) var description: String

  public init(stringLiteral value: String) { description = value }
  public init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }

  /// What came from outside, on one line.
  public init(_ value: some StringProtocol) { description = PrintedText.plain(value, keepsLines: false) }

  /// What came from outside and is shown with its own lines and tabs, as a whole message is.
  public init(lines value: some StringProtocol) { description = PrintedText.plain(value, keepsLines: true) }

  public var isEmpty: Bool { description.isEmpty }

  public static func + (a: PrintedText, b: PrintedText) -> PrintedText {
    var sum = a
    sum += b
    return sum
  }

  public static func += (a: inout PrintedText, b: PrintedText) { a.description += b.description }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text: String

    public init(literalCapacity: Int, interpolationCount: Int) {
      text = ""
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }
    public mutating func appendInterpolation(_ value: PrintedText) { text += value.description }
    public mutating func appendInterpolation(_ value: some StringProtocol) {
      text += PrintedText.plain(value, keepsLines: false)
    }
    /// What says itself what it is.
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += PrintedText.plain(value.description, keepsLines: false)
    }
  }

  private static func plain(_ value: some StringProtocol, keepsLines: Bool) -> String {
    // Nearly every value there is.
    if !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 >= 0xC2 }) { return String(value) }
    var result = ""
    var isAfterReturn = false
    for scalar in value.unicodeScalars {
      defer { isAfterReturn = scalar == "\r" }
      switch scalar {
      case "\n" where keepsLines: if !isAfterReturn { result += "\n" }
      case "\r" where keepsLines: result += "\n"
      case "\t" where keepsLines: result += "\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isUnseen: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Control characters, those that turn the direction of writing, other ends of lines, and what takes no room.
  public var isUnseen: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}

extension Sequence<PrintedText> {
  /// One after the other.
  public func joined(separator: PrintedText = "") -> PrintedText {
    var result = PrintedText("")
    for (place, text) in enumerated() {
      if place > 0 { result += separator }
      result += text
    }
    return result
  }
}
