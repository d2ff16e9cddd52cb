/// A number as a laboratory writes it: digits with an optional comparator before them. "A value is numeric when it is a
/// number, with or without a comparator" (recognition.md).
public struct NumericText: Hashable, Sendable {
  /// What stands before a number that is only a bound.
  public enum Comparator: String, Sendable, Codable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  public var comparator: Comparator?
  public var number: Double

  /// Reads `5.83`, `-2`, `.5`, `1.2e-3`, `<0.01`, `≥ 100`, and their full-width forms.
  ///
  /// - Returns: nil for everything else: `1:128`, `3-5`, `5.6↑`, words.
  public init?(_ text: some StringProtocol) {
    var bytes: [UInt8] = []
    var isAfterNumber = false
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20, 0x09, 0x3000, 0xA0:
        // White space around the number and after its comparator, never within.
        isAfterNumber = bytes.last.map { $0 < 60 || $0 > 62 } ?? false
        continue
      default:
        if isAfterNumber { return nil }
      }
      switch scalar.value {
      case 0x2264, 0x2266: bytes += [60, 61]
      case 0x2265, 0x2267: bytes += [62, 61]
      case 0xFF01...0xFF5E: bytes.append(UInt8(scalar.value - 0xFEE0))
      case 0x21...0x7E: bytes.append(UInt8(scalar.value))
      default: return nil
      }
      if bytes.count > 48 { return nil }
    }
    var rest = bytes[...]
    if rest.first == 60 || rest.first == 62 {
      let isLess = rest.removeFirst() == 60
      if rest.first == 61 {
        rest.removeFirst()
        comparator = isLess ? .lessOrEqual : .greaterOrEqual
      } else {
        comparator = isLess ? .less : .greater
      }
    }
    guard NumericText.isDecimal(rest), let number = Double(String(decoding: rest, as: UTF8.self)), number.isFinite
    else {
      return nil
    }
    self.number = number
  }

  /// Whether a text is digits with at most one point among them: nearly every number is, and this is all that needs to be asked.
  public static func isPlain(_ text: String) -> Bool {
    var points = 0
    var digits = 0
    for byte in text.utf8 {
      switch byte {
      case 48...57: digits += 1
      case 46: points += 1
      default: return false
      }
    }
    return digits > 0 && digits < 40 && points <= 1
  }

  /// `[+-]digits[.digits][e[+-]digits]`, with a digit at least: `Double` alone would also read `nan`, `inf` and hexadecimals.
  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    if rest.first == 43 || rest.first == 45 { rest.removeFirst() }
    var digits = 0
    while let byte = rest.first, byte >= 48, byte <= 57 {
      rest.removeFirst()
      digits += 1
    }
    if rest.first == 46 {
      rest.removeFirst()
      while let byte = rest.first, byte >= 48, byte <= 57 {
        rest.removeFirst()
        digits += 1
      }
    }
    if digits == 0 { return false }
    if rest.isEmpty { return true }
    guard rest.first == 101 || rest.first == 69 else { return false }
    rest.removeFirst()
    if rest.first == 43 || rest.first == 45 { rest.removeFirst() }
    return !rest.isEmpty && rest.allSatisfy { $0 >= 48 && $0 <= 57 }
  }
}
