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
    var bounds = JSONBounds()
    var place = cursor
    var hasBrokenLine = false
    while true {
      if place >= window.end, !window.refill(keeping: place) { break }
      let bytes = window.bytes(place..<window.end)
      switch bounds.scan(bytes) {
      case .needsMore: place = window.end
      case .closed(let count):
        let end = place + count
        isLineDelimited = isLineDelimited || !bounds.hasLines
        deliverHeld(to: end, .json)
        if state == .document { endDocument() }
        return
      case .line(let count):
        place += count
        hasBrokenLine = hasBrokenLine || bounds.isInString
        bounds.endLine()
        guard window.byte(place) == 0x7B else { continue }
        if hasBrokenLine || isLineDelimited || !bounds.mayOpenObject { return deliverBroken(to: place) }
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
}
