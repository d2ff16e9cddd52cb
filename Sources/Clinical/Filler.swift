/// A filler (`-`, `无`, `null`, zeros for a date) is an absence, not a value (recognition.md, "What a candidate carries").
public enum Filler {
  /// The text without the white space around it, or nil when it is empty or a filler.
  public static func value(_ text: some StringProtocol) -> String? { value(String(text)) }

  /// The same, of a whole string: what an import asks twenty times a result.
  public static func value(_ text: String) -> String? {
    let utf8 = text.utf8
    guard let first = utf8.first, let last = utf8.last else { return nil }
    // Nearly every text comes without white space around it: look before cutting. Beyond ASCII white space begins with one of a
    // few bytes, which no Han character begins with.
    let needsTrim = isSpace(first) || isSpace(last) || mayBeginSpace(first) || last >= 0x80 && endsLikeSpace(utf8)
    let trimmed = needsTrim ? trim(text) : text
    return isFiller(trimmed) ? nil : trimmed
  }

  /// A date's or time's text, or nil when it is a filler, zeros included (`00000000`, `0000-00-00 00:00:00`).
  public static func time(_ text: some StringProtocol) -> String? {
    guard let text = value(text) else { return nil }
    let isZeros = text.utf8.allSatisfy {
      $0 == 48 || $0 == 45 || $0 == 58 || $0 == 32 || $0 == 84 || $0 == 47 || $0 == 46
    }
    return isZeros ? nil : text
  }

  static func isFiller(_ text: String) -> Bool {
    switch text.utf8.count {
    case 0: return true
    case 1: return text == "-" || text == "/"
    case 2: return text == "--" || text == "\"\""
    case 3: return text == "无" || text == "---" || text == "－" || text == "—"
    case 4: return text.lowercased() == "null"
    case 6: return text == "——" || text == "－－"
    default: return false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

  /// The lead bytes of U+0085, U+00A0, U+1680, U+2000…U+205F and U+3000.
  private static func mayBeginSpace(_ byte: UInt8) -> Bool { byte == 0xC2 || byte >= 0xE1 && byte <= 0xE3 }

  private static func endsLikeSpace(_ utf8: String.UTF8View) -> Bool {
    utf8.suffix(3).contains { mayBeginSpace($0) }
  }

  private static func trim(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[start...end])
  }
}
