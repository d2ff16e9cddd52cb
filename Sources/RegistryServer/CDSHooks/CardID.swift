import Clinical

/// The `uuid` of a card or of its suggestion: the beginning of the decision's id and the place of the item in its order, as a UUID of
/// version 8 (RFC 9562, 5.8). It leads back to them by itself: nothing need be kept that could be lost, and the same decision and item
/// have the same for ever.
///
/// Of the 122 bits of a UUID 112 are the first of the decision's 128, so that no two decisions of a registry share them, and ten are the
/// place: the upper half of these for suggestions.
struct CardID: Hashable, Sendable, CustomStringConvertible {
  /// The first 28 of the 32 digits of the decision's id.
  let decision: String
  /// The place of the item in its order.
  let item: Int
  var isSuggestion = false

  private static let digits = 28
  static let itemLimit = 512

  /// - Parameter decision: its whole id.
  init(decision: String, item: Int) {
    self.decision = String(decision.prefix(CardID.digits))
    self.item = item
  }

  /// Reads one; nil for what cannot be one of ours.
  init?(_ text: String) {
    let parts = text.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12] else { return nil }
    let hex = parts.joined()
    guard hex.utf8.allSatisfy({ Hexadecimal.value(of: $0) != nil }), hex.dropFirst(12).first == "8",
      let place = Int(hex.dropFirst(16).prefix(3), radix: 16), place & 0xC00 == 0x800
    else { return nil }
    decision = String(hex.prefix(12) + hex.dropFirst(13).prefix(3) + hex.suffix(13))
    item = place & 0x1FF
    isSuggestion = place & 0x200 != 0
  }

  /// That of the card's suggestion.
  var suggestion: CardID {
    var other = self
    other.isSuggestion = true
    return other
  }

  var description: String {
    let place = String(0x800 | (isSuggestion ? 0x200 : 0) | (item & 0x1FF), radix: 16)
    let hex = decision.prefix(12) + "8" + decision.dropFirst(12).prefix(3) + place + decision.dropFirst(15)
    var text = ""
    for (index, digit) in hex.enumerated() {
      if [8, 12, 16, 20].contains(index) { text += "-" }
      text.append(digit)
    }
    return text
  }
}
