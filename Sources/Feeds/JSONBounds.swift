/// Finds where one JSON value ends, in pieces of a stream.
///
/// It knows of JSON only brackets, quotes and backslashes, since it comes before anything is known to be right: bytes of an encoding not
/// yet decided, values that are never closed, strings that lost their quote. What reads a value (`JSONReader` in `Messages`) has it whole,
/// in UTF-8, and refuses all of that, so the two have no step in common.
struct JSONBounds {
  enum Event {
    case needsMore
    /// The value ends after so many bytes.
    case closed(Int)
    /// A line ends after so many bytes.
    case line(Int)
    /// A bracket after so many bytes closes what was not opened by it.
    case broken(Int)
  }

  private var open: [UInt8] = []
  private var depth = 0
  private(set) var isInString = false
  private var isEscaped = false
  /// Bytes beyond ASCII before the next, within a string.
  private var run: UndecidedRun?
  private var previous: UInt8 = 0
  /// The last byte that is neither white space nor within a string.
  private var last: UInt8 = 0
  /// Whether it had more than one line.
  private(set) var hasLines = false
  private static let depthBound = 1024

  /// Whether an object may begin where it stands.
  var mayOpenObject: Bool {
    last == 0x3A || (last == 0x2C || last == 0x5B) && (depth > Self.depthBound || open.last == 0x5B)
  }

  /// A string may not hold a line break: it has lost its closing quote.
  mutating func endLine() {
    isInString = false
    isEscaped = false
    run = nil
    hasLines = true
  }

  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Event {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0A { return .line(index) }
      if isInString {
        if byte >= 0x80 {
          isEscaped = false
          if run == nil { run = UndecidedRun(after: previous) }
          run?.add(byte)
          continue
        }
        previous = byte
        if let before = run {
          run = nil
          // Half a character of GB18030.
          if byte >= 0x40, before.isOpen { continue }
        }
        if isEscaped {
          isEscaped = false
        } else if byte == 0x5C {
          isEscaped = true
        } else if byte == 0x22 {
          isInString = false
        }
        continue
      }
      if byte <= 0x20 { continue }
      last = byte
      switch byte {
      case 0x22: isInString = true
      case 0x7B, 0x5B:
        depth += 1
        if depth <= Self.depthBound { open.append(byte) }
      case 0x7D, 0x5D:
        if depth <= Self.depthBound, let opening = open.popLast(), opening + 2 != byte { return .broken(index) }
        depth -= 1
        if depth == 0 { return .closed(index) }
      default: break
      }
    }
    return .needsMore
  }
}
