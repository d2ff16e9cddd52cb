/// Changes that a broken line or disk would make: what comes of it need be no message any more.
enum ByteMutation {
  private static let pieces = [
    "<", ">", "&", "\"", "'", "]]>", "<![CDATA[", "<!--", "-->", "<?xml version=\"1.0\"?>", "<!DOCTYPE x [", "</",
    "/>", "&#0;", "&lt;", "\u{0}", "\u{FEFF}", "<0.01", "{", "}", "[", "\\u", "|", "~", "^", "\r", "<ORU_R01>",
    "</ORU_R01>", "é", "\u{FFFF}", "00000000", "-", "null", String(repeating: "9", count: 40),
    String(repeating: "<a>", count: 300),
  ]

  /// One to eight changes: a byte, a cut, a repetition, a swap, a piece of markup.
  static func mutate(_ source: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = source
    for _ in 0..<(1 + random.next() % 8) {
      if bytes.isEmpty { return bytes }
      let place = Int(random.next() % UInt64(bytes.count))
      let length = min(Int(random.next() % 200), bytes.count - place)
      switch random.next() % 7 {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.removeSubrange(place..<place + length)
      case 2: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
      case 3: bytes.insert(contentsOf: Array((pieces.random(&random) ?? "").utf8), at: place)
      case 4: bytes.removeSubrange(place...)
      case 5: bytes.swapAt(place, Int(random.next() % UInt64(bytes.count)))
      default:
        let other = Int(random.next() % UInt64(bytes.count))
        bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<min(other + length, bytes.count)]))
      }
    }
    return bytes
  }
}
