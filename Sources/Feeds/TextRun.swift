/// The text between two tags: character data and CDATA sections.
struct TextRun {
  enum Kind {
    case text
    case cdata
  }

  struct Piece {
    let kind: Kind
    let range: Range<Int>
  }

  var start = 0
  var isAfterMessage = false
  var pieces: [Piece] = []

  mutating func add(_ kind: Kind, _ range: Range<Int>) {
    if !range.isEmpty { pieces.append(Piece(kind: kind, range: range)) }
  }

  func holdsText(_ window: Window) -> Bool {
    pieces.contains { $0.kind == .cdata || window.bytes($0.range).contains { $0 > 0x20 } }
  }
}
