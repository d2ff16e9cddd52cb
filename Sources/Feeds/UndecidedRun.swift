/// Bytes beyond ASCII one after another, of which nothing tells what they are: UTF-8, or GB18030 where they are none, in which the byte
/// behind them may be the second half of a character.
struct UndecidedRun {
  private let before: UInt8
  private var first: UInt8 = 0
  private var count = 0
  /// Bytes that are still to come of a character of UTF-8.
  private var open = 0
  private var isBroken = false

  /// - Parameter before: the byte they follow.
  init(after before: UInt8) { self.before = before }

  mutating func add(_ byte: UInt8) {
    if count == 0 { first = byte }
    count += 1
    if open > 0, byte < 0xC0 {
      open -= 1
    } else if open > 0 || byte < 0xC2 || byte > 0xF4 {
      isBroken = true
    } else {
      open = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
    }
  }

  /// Whether the byte behind them belongs to them. Not so behind an accented letter at the end of a word.
  var isOpen: Bool {
    let isWord = count == 1 && first >= 0xC0 && before | 0x20 >= 0x61 && before | 0x20 <= 0x7A
    return count % 2 == 1 && (isBroken || open > 0) && !isWord
  }
}
