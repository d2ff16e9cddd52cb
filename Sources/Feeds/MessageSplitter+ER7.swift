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

  /// A message ends where another begins, a batch ends, or its MLLP frame does; after a line break of either kind and blanks, for the
  /// reader too takes a header there for one. All other lines are its own: texts may hold line breaks.
  private func deliverER7Message() {
    window.hold(cursor)
    let separator = window.byte(cursor + 3)
    var place = cursor
    var end = cursor
    var terminator: UInt8?
    while true {
      end = endOfLine(place)
      place = end
      var isAfterTerminator = false
      while let byte = window.byte(place), byte == 0x0A || byte == 0x0D || byte == 0x20 || byte == 0x09 {
        if byte == 0x0A || byte == 0x0D {
          terminator = terminator ?? byte
          if byte == terminator { isAfterTerminator = true }
        }
        place += 1
      }
      guard let first = window.byte(place), !endsFrame(place) else { break }
      if first == 0x0B && beginsER7(place + 1)
        || first == 0xEF && window.has("\u{FEFF}", at: place) && beginsER7(place + 3)
      {
        break
      }
      if beginsER7(place), let next = window.byte(place + 3), next == separator || next == 0x7C { break }
      if endsBatch(place, separator) || isAfterTerminator && window.has("<?xml", at: place) { break }
    }
    deliverHeld(to: end, .er7)
  }

  private func endsBatch(_ place: Int, _ separator: UInt8?) -> Bool {
    guard window.has("BTS", at: place) || window.has("FTS", at: place) else { return false }
    guard let next = window.byte(place + 3) else { return true }
    return next == separator || next == 0x0A || next == 0x0D
  }

  /// Where the line ends, its end not included. The end of a message in MLLP is the end of a line too.
  private func endOfLine(_ place: Int) -> Int {
    var place = place
    while let byte = window.byte(place), byte != 0x0A, byte != 0x0D, byte != 0x1C || !endsFrame(place) { place += 1 }
    return place
  }

  /// FS, and behind it a line break, the next frame or nothing: within a text it is a character.
  private func endsFrame(_ place: Int) -> Bool {
    guard window.byte(place) == 0x1C else { return false }
    guard let next = window.byte(place + 1, keeping: place) else { return true }
    return next == 0x0A || next == 0x0D || next == 0x0B
  }
}
