/// Changes a careless sender would make: a field in another's place, said twice, left out, or with signs in its text that mean
/// something. What comes of it is still a message of its dialect, so that it reaches the reader and not the quarantine alone.
enum StructuredMutation {
  /// One to four changes.
  static func mutate(_ source: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = source
    for _ in 0..<(1 + random.next() % 4) {
      let structure = MessageStructure(bytes)
      guard let piece = structure.pieces.random(&random) else { return bytes }
      change(&bytes, piece, in: structure, &random)
    }
    return bytes
  }

  private static func change(
    _ bytes: inout [UInt8], _ piece: MessageStructure.Piece, in structure: MessageStructure,
    _ random: inout SeededRandom
  ) {
    let alike = structure.pieces.filter { other in
      other.kind == piece.kind
        && (other.family?.parent == piece.family?.parent || other.family?.name == piece.family?.name)
    }
    let other = alike.random(&random) ?? piece
    let text = Array(bytes[piece.range])
    switch random.next() % 6 {
    case 0: swap(&bytes, piece.range, other.range)
    case 1: if let joint = piece.joint { bytes.insert(contentsOf: joint.utf8 + text, at: piece.range.upperBound) }
    case 2: bytes.replaceSubrange(piece.range, with: piece.kind == .value ? Array("\"\"".utf8) : [])
    // In the place of another of its name.
    case 3: if piece.family?.name == other.family?.name { bytes.replaceSubrange(other.range, with: text) }
    case 4:
      if piece.family?.name == other.family?.name, let joint = other.joint {
        bytes.insert(contentsOf: joint.utf8 + text, at: other.range.upperBound)
      }
    default: insertSign(&bytes, piece, structure.notation, &random)
    }
  }

  /// Neither may stand within the other.
  private static func swap(_ bytes: inout [UInt8], _ a: Range<Int>, _ b: Range<Int>) {
    if a.overlaps(b) { return }
    let (first, second) = a.lowerBound < b.lowerBound ? (a, b) : (b, a)
    let (x, y) = (Array(bytes[first]), Array(bytes[second]))
    bytes.replaceSubrange(second, with: x)
    bytes.replaceSubrange(first, with: y)
  }

  private static func insertSign(
    _ bytes: inout [UInt8], _ piece: MessageStructure.Piece, _ notation: MessageStructure.Notation,
    _ random: inout SeededRandom
  ) {
    let signs: [String]
    switch (notation, piece.kind) {
    case (.er7, _):
      signs = [
        "\\T\\", "\\S\\", "\\.br\\", "\\", "&", "^", "~", "\\X41\\", "\n", "\u{85}", "<", "10^9/L", "\\H\\", " ",
      ]
    case (.xml, .text):
      signs = ["&amp;", "<![CDATA[ & ]]>", "&#10;", "<!-- -->", "&lt;", "\u{3000}", "\\T\\", "^", "~"]
    case (.xml, _): signs = ["&amp;", "&#9;", "&lt;", "\u{3000}", "^"]
    case (.json, _): signs = ["\\n", "\\u00e9", "\\\"", "&", "<", "\u{3000}"]
    }
    // Within a text, a value or a field; elements and segments have no place for it.
    guard ![.element, .segment, .member].contains(piece.kind), piece.range.count > 2 else { return }
    let place = piece.range.lowerBound + 1 + Int(random.next() % UInt64(piece.range.count - 1))
    if bytes[place] & 0xC0 == 0x80 { return }
    bytes.insert(contentsOf: (signs.random(&random) ?? "").utf8, at: place)
  }
}

extension RandomAccessCollection {
  func random(_ random: inout SeededRandom) -> Element? {
    isEmpty ? nil : self[index(startIndex, offsetBy: Int(random.next() % UInt64(count)))]
  }
}
