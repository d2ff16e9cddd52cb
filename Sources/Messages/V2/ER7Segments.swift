/// The segments of an ER7 message, one after another.
///
/// A segment ends where, after a line break and blanks, another begins: its name and the field separator. The terminator in use is what
/// ends the header segment, CR or LF; after the other kind of line break, which a text may hold, only a name of HL7's begins one. Every
/// other line is the continuation of the field before it. Form feeds, vertical tabs, NEL and U+2028 end nothing.
struct ER7Segments {
  enum Piece {
    case segment(Range<Int>, line: Int)
    /// Lines behind a field that holds no text, and that no further field follows: they belong to nothing.
    case stray(line: Int)
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private let separator: UInt8
  private var place = 0
  private var line: Int
  private var terminator: UInt8?
  private var strayLine: Int?

  /// - Parameters:
  ///   - bytes: one message from its `MSH` on.
  ///   - separator: MSH-1.
  init(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, line: Int) {
    self.bytes = bytes
    self.separator = separator
    self.line = line
  }

  mutating func next() -> Piece? {
    if let line = strayLine {
      strayLine = nil
      return .stray(line: line)
    }
    guard place < bytes.count else { return nil }
    let start = place
    let startLine = line
    var fields = 0
    // The first line break behind the last separator, and the line after it.
    var lineBreak: (place: Int, line: Int)?
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      guard byte == 0x0A || byte == 0x0D else {
        if byte == separator {
          fields += 1
          lineBreak = nil
        }
        index += 1
        continue
      }
      let end = index
      let isAfterTerminator = passBlanks(&index)
      if index == bytes.count || beginsSegment(index, isAfterTerminator) {
        place = index
        return segment(start..<end, fields, lineBreak, startLine)
      }
      if lineBreak == nil { lineBreak = (end, line) }
    }
    place = bytes.count
    return segment(start..<bytes.count, fields, lineBreak, startLine)
  }

  /// - Returns: whether the terminator in use was among them.
  private mutating func passBlanks(_ index: inout Int) -> Bool {
    var isAfterTerminator = false
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x0A, 0x0D:
        if terminator == nil { terminator = byte }
        if byte == terminator { isAfterTerminator = true }
        if byte == 0x0A || index + 1 == bytes.count || bytes[index + 1] != 0x0A { line += 1 }
      case 0x09, 0x20: break
      default: return isAfterTerminator
      }
      index += 1
    }
    return isAfterTerminator
  }

  private func beginsSegment(_ index: Int, _ isAfterTerminator: Bool) -> Bool {
    guard index + 3 <= bytes.count, let name = ER7Segments.name(bytes, index) else { return false }
    if index + 3 < bytes.count, bytes[index + 3] == separator {
      return isAfterTerminator || V2SegmentNames.areOfHL7(name)
    }
    // A segment without fields is a name alone on its line.
    let isAlone = index + 3 == bytes.count || bytes[index + 3] == 0x0A || bytes[index + 3] == 0x0D
    return isAlone && isAfterTerminator && V2SegmentNames.areOfHL7(name)
  }

  private mutating func segment(
    _ range: Range<Int>, _ fields: Int, _ lineBreak: (place: Int, line: Int)?, _ startLine: Int
  ) -> Piece {
    var end = range.upperBound
    let name = ER7Segments.name(bytes, range.lowerBound)
    if let lineBreak, !V2SegmentNames.holdsText(name, field: fields) {
      end = lineBreak.place
      strayLine = lineBreak.line
    }
    while end > range.lowerBound + 3, bytes[end - 1] <= 0x20 { end -= 1 }
    return .segment(range.lowerBound..<end, line: startLine)
  }

  /// The name of a segment (three of A–Z and 0–9, a letter first) as a number; nil where none stands.
  static func name(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> UInt32? {
    func isLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
    func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    let (a, b, c) = (bytes[index], bytes[index + 1], bytes[index + 2])
    guard isLetter(a), isLetter(b) || isDigit(b), isLetter(c) || isDigit(c) else { return nil }
    return UInt32(a) << 16 | UInt32(b) << 8 | UInt32(c)
  }
}
