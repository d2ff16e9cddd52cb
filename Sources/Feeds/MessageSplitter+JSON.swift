import Glibc

extension MessageSplitter {
  private static let brokenObject = (
    FrameProblem.Code.unreadable, "the JSON object is not closed: send it again whole"
  )

  /// The values of an array, each a message.
  func stepArray() {
    while let byte = window.byte(cursor), byte <= 0x20 || byte == 0x2C { cursor += 1 }
    switch window.byte(cursor) {
    case 0x7B: deliverObject()
    case 0x5D:
      cursor += 1
      endDocument()
    case nil:
      window.hold(cursor)
      deliverHeld(to: cursor, .json, problem: (.unreadable, "the JSON array is not closed: messages may be missing"))
      endDocument()
    default: deliverStrayValue()
    }
  }

  /// What stands in an array and is no object.
  private func deliverStrayValue() {
    window.hold(cursor)
    var place = cursor + 1
    while let byte = window.byte(place), byte != 0x7B, byte != 0x5D, byte != 0x0A { place += 1 }
    deliverHeld(to: place, .json, problem: (.unreadable, "a JSON value that is no object"))
    // The rest of a broken array is looked at as documents of their own.
    if window.byte(place) == 0x0A { endDocument() }
  }

  /// Delivers the object that begins here: what stands between its braces, strings apart.
  ///
  /// Where it is not closed it ends with its line when the next begins another object: a broken line of NDJSON takes no
  /// other with it.
  func deliverObject() {
    window.hold(cursor)
    var scanner = JSONScanner()
    var place = cursor
    var hasBrokenLine = false
    while true {
      if place >= window.end, !window.refill(keeping: place) { break }
      let bytes = window.bytes(place..<window.end)
      switch scanner.scan(bytes) {
      case .needsMore: place = window.end
      case .closed(let count):
        let end = place + count
        isLineDelimited = isLineDelimited || !scanner.hasLines
        deliverHeld(to: end, .json, problem: problemOfHeldJSON(to: end))
        if state == .document { endDocument() }
        return
      case .line(let count):
        place += count
        hasBrokenLine = hasBrokenLine || scanner.isInString
        scanner.endLine()
        guard window.byte(place) == 0x7B else { continue }
        if hasBrokenLine || isLineDelimited || !scanner.mayOpenObject { return deliverBroken(to: place) }
      case .broken(let count):
        place += count
        hasBrokenLine = true
      }
    }
    deliverBroken(to: window.end)
  }

  private func deliverBroken(to end: Int) {
    deliverHeld(to: end, .json, problem: Self.brokenObject)
    if state != .array { endDocument() } else { state = .document }
  }

  private func problemOfHeldJSON(to end: Int) -> (FrameProblem.Code, String)? {
    let isText = window.withHeld(to: end) { bytes, isWhole in !isWhole || UTF8Text.isValid(bytes) }
    return isText ? nil : (.unreadable, "JSON that is not UTF-8 (RFC 8259): send it as UTF-8")
  }
}

/// Follows the braces of one JSON value through pieces of it.
struct JSONScanner {
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
  /// The last byte that is neither white space nor within a string.
  private var last: UInt8 = 0
  /// Whether it had more than one line.
  private(set) var hasLines = false
  private static let depthBound = 1024

  /// Whether an object may begin where the scanner stands.
  var mayOpenObject: Bool {
    last == 0x3A || (last == 0x2C || last == 0x5B) && (depth > Self.depthBound || open.last == 0x5B)
  }

  /// A string may not hold a line break: it has lost its closing quote.
  mutating func endLine() {
    isInString = false
    isEscaped = false
    hasLines = true
  }

  mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Event {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x0A { return .line(index) }
      if isInString {
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
