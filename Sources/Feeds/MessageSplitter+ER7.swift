extension MessageSplitter {
  /// `MSH`, `FHS` or `BHS` and a separator.
  func beginsER7(_ place: Int) -> Bool {
    segment(place).map { $0 == .message || $0 == .batch } ?? false
  }

  private enum Segment {
    case message
    case batch
    case other
  }

  private func segment(_ place: Int) -> Segment? {
    guard window.ensure(4, from: place) else { return nil }
    let separator = window.pointer(place + 3).pointee
    let isLetter = separator | 0x20 >= 0x61 && separator | 0x20 <= 0x7A || separator >= 0x30 && separator <= 0x39
    if isLetter || separator <= 0x20 || separator >= 0x80 { return nil }
    if window.has("MSH", at: place) { return .message }
    if window.has("FHS", at: place) || window.has("BHS", at: place) { return .batch }
    return .other
  }

  /// Reads one message, or passes over one segment of a batch.
  func stepER7() {
    while let byte = window.byte(cursor), byte <= 0x20, byte != 0 { cursor += 1 }
    guard window.byte(cursor) != nil else { return endDocument() }
    switch segment(cursor) {
    case .message: deliverER7Message()
    case .batch: cursor = endOfLine(cursor)
    default:
      if window.has("BTS", at: cursor) || window.has("FTS", at: cursor) {
        cursor = endOfLine(cursor)
      } else {
        endDocument()
      }
    }
  }

  private func deliverER7Message() {
    window.hold(cursor)
    var place = cursor
    var end = cursor
    while true {
      end = endOfLine(place)
      place = end
      while let byte = window.byte(place), byte == 0x0A || byte == 0x0D { place += 1 }
      guard let first = window.byte(place), first != 0x0B, first != 0x1C else { break }
      if beginsER7(place) || window.has("BTS", at: place) || window.has("FTS", at: place)
        || window.has("<?xml", at: place)
      {
        break
      }
    }
    deliverHeld(to: end, .er7)
  }

  /// Where the line ends, its end not included. The end of a message in MLLP is the end of a line too.
  private func endOfLine(_ place: Int) -> Int {
    var place = place
    while let byte = window.byte(place), byte != 0x0A, byte != 0x0D, byte != 0x1C { place += 1 }
    return place
  }
}
