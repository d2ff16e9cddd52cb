/// A filler (`-`, `无`, `null`, zeros for a date) is an absence, not a value (recognition.md, "What a candidate carries").
public enum Filler {
  /// The text without the white space around it, or nil when it is empty or a filler.
  public static func value(_ text: some StringProtocol) -> String? { value(String(text)) }

  public static func value(_ text: String) -> String? {
    var copy = text
    return copy.withUTF8 { bytes in
      if mayHaveSpace(bytes) { return trimmed(text) }
      return isFiller(bytes) ? nil : text
    }
  }

  /// The same, of the bytes of a text: what an import asks a hundred times a message.
  public static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
    if mayHaveSpace(bytes) { return trimmed(String(decoding: bytes, as: UTF8.self)) }
    return isFiller(bytes) ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// A result's text: as `value`, but a dash is the answer *negative* where it stands for a result (a urine strip), and only the item
  /// tells whether it can be one. The Chinese CDA, whose senders fill empty places with it, does not ask here.
  public static func answer(_ text: String) -> String? { value(text) ?? (isDash(text) ? text.trimmed : nil) }

  /// Whether a text is one dash.
  public static func isDash(_ text: some StringProtocol) -> Bool {
    let scalars = text.unicodeScalars.filter { !$0.isBlank }
    return scalars.count == 1 && "-－−–—﹣".unicodeScalars.contains(scalars[scalars.startIndex])
  }

  /// A date's or time's text, or nil when it is a filler, zeros included (`00000000`, `0000-00-00 00:00:00`).
  public static func time(_ text: some StringProtocol) -> String? {
    guard let text = value(text) else { return nil }
    let isZeros = text.utf8.allSatisfy {
      $0 == 48 || $0 == 45 || $0 == 58 || $0 == 32 || $0 == 84 || $0 == 47 || $0 == 46
    }
    return isZeros ? nil : text
  }

  private static func isFiller(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.count > 6 { return false }
    // The bytes as one number, with a one before them so that none is lost.
    return switch bytes.reduce(1 as UInt64, { $0 << 8 | UInt64($1) }) {
    case 0x1: true
    case 0x1_2D, 0x1_2F: true  // - /
    case 0x1_2D2D, 0x1_2222: true  // -- ""
    case 0x1_E697A0, 0x1_2D2D2D, 0x1_EFBC8D, 0x1_E28094: true  // 无 --- － —
    case 0x1_E28094_E28094, 0x1_EFBC8D_EFBC8D: true  // —— －－
    case let word: bytes.count == 4 && word | 0x2020_2020 == 0x1_6E75_6C6C  // null
    }
  }

  /// Nearly every text comes without white space around it: look before cutting. Beyond ASCII white space begins with one of a few
  /// bytes, which no Han character begins with.
  private static func mayHaveSpace(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first, let last = bytes.last else { return false }
    return isSpace(first) || isSpace(last) || mayBeginSpace(first)
      || last >= 0x80 && bytes.suffix(3).contains { mayBeginSpace($0) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

  /// The lead bytes of U+0085, U+00A0, U+1680, U+2000…U+205F and U+3000.
  private static func mayBeginSpace(_ byte: UInt8) -> Bool { byte == 0xC2 || byte >= 0xE1 && byte <= 0xE3 }

  private static func trimmed(_ text: String) -> String? {
    var result = text.trimmed
    return result.withUTF8(isFiller) ? nil : result
  }
}
