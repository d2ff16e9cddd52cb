import Glibc
import XMLReading

/// Finds markup in a feed that need not be well-formed. It knows where a tag, a comment or a CDATA section ends, so that
/// nothing within one is ever taken for another; it does not know whether tags match.
struct MarkupLexer {
  let window: Window

  /// The next markup at or after `place`. A `<` that begins none is text.
  func next(from place: Int) -> MarkupToken {
    var from = place
    while let start = window.find(0x3C, from: from) {
      guard let second = window.byte(start + 1, keeping: start) else { break }
      switch second {
      case 0x2F:
        if let tag = endTag(start) { return tag }
      case 0x21:
        if window.has("<!--", at: start) { return comment(start) }
        if window.has("<![CDATA[", at: start) { return MarkupToken(kind: .cdata, start: start, end: start + 9) }
        if isDoctype(start) { return MarkupToken(kind: .doctype, start: start, end: start + 9) }
      case 0x3F:
        if let target = window.byte(start + 2, keeping: start), Self.beginsName(target) { return instruction(start) }
      default:
        if Self.beginsName(second) { return startTag(start) }
      }
      from = start + 1
    }
    return MarkupToken(kind: .endOfFeed, start: window.end, end: window.end)
  }

  /// Whether markup begins with the `<` at a place, as `next` finds it.
  func beginsMarkup(_ place: Int) -> Bool {
    guard let second = window.byte(place + 1, keeping: place) else { return false }
    switch second {
    case 0x2F, 0x3F: return window.byte(place + 2, keeping: place).map(Self.beginsName) ?? false
    case 0x21: return window.has("<!--", at: place) || window.has("<![CDATA[", at: place) || isDoctype(place)
    default: return Self.beginsName(second)
    }
  }

  /// Passes over plain tags (`<NM.1>`, `</NM.1>`: no attribute, no prefix) whose names look like none of those that matter, as far
  /// as they are in memory. Nearly all of a message is such tags, and this is all that is done with them.
  ///
  /// - Returns: a place at or before the next markup that matters.
  func passPlainTags(from place: Int, except shapes: NameShapes) -> Int {
    let count = window.end - place
    if count <= 0 { return place }
    let pointer = UnsafePointer(window.pointer(place))
    var passed = 0
    while passed < count {
      var start = passed
      // Every other tag follows directly on the one before.
      if pointer[start] != 0x3C {
        guard let found = memchr(pointer + start, 0x3C, count - start) else { break }
        start = UnsafeRawPointer(found) - UnsafeRawPointer(pointer)
      }
      var index = start + 1
      if index < count, pointer[index] == 0x2F { index += 1 }
      let name = index
      guard name < count, Self.beginsName(pointer[name]) else { return place + start }
      while index < count, !Self.endsPlainName(pointer[index]) { index += 1 }
      guard index < count, pointer[index] == 0x3E, !shapes.mayContain(pointer[name], count: index - name) else {
        return place + start
      }
      passed = index + 1
    }
    return place + passed
  }

  static func beginsName(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F || byte == 0x3A || byte >= 0x80
  }

  private func isDoctype(_ start: Int) -> Bool {
    guard window.ensure(9, from: start) else { return false }
    return strncasecmp(
      UnsafeRawPointer(window.pointer(start)).assumingMemoryBound(to: CChar.self), "<!DOCTYPE", 9) == 0
  }

  private func comment(_ start: Int) -> MarkupToken {
    guard let end = window.find("-->", from: start + 4) else { return unterminated(start) }
    return MarkupToken(kind: .comment, start: start, end: end + 3)
  }

  private func instruction(_ start: Int) -> MarkupToken {
    var isDeclaration = window.has("<?xml", at: start)
    if isDeclaration, let next = window.byte(start + 5, keeping: start) { isDeclaration = next <= 0x20 || next == 0x3F }
    // A declaration without its end must not run into the message behind it.
    if isDeclaration {
      var place = start + 5
      while let byte = window.byte(place, keeping: start), byte != 0x3C, place - start < 1024 {
        if byte == 0x3E { return MarkupToken(kind: .declaration, start: start, end: place + 1) }
        place += 1
      }
      return MarkupToken(kind: .declaration, start: start, end: place)
    }
    guard let end = window.find("?>", from: start + 2) else { return unterminated(start) }
    return MarkupToken(kind: .instruction, start: start, end: end + 2)
  }

  private func unterminated(_ start: Int) -> MarkupToken {
    MarkupToken(kind: .unterminated, start: start, end: window.end)
  }

  /// Where a CDATA section ends, its `]]>` included; nil when it never does.
  func endOfCDATA(from place: Int) -> Int? {
    var from = place
    while let found = window.find("]]>", from: from) {
      if !isTrailByte(found, since: place) { return found + 3 }
      from = found + 1
    }
    return nil
  }

  /// In GB18030 and its like the byte of `]` may be the second half of a character. Bytes above 0x80 before it then pair up but for
  /// one.
  private func isTrailByte(_ place: Int, since first: Int) -> Bool {
    var begin = place
    while begin > max(first, window.start), window.pointer(begin - 1).pointee >= 0x80 { begin -= 1 }
    if begin == place { return false }
    let run = window.bytes(begin..<place)
    guard window.form == .utf8 else { return window.form.isOpen(after: run) }
    var undecided = UndecidedRun(after: begin > first ? window.pointer(begin - 1).pointee : 0)
    for byte in run { undecided.add(byte) }
    return undecided.isOpen
  }

  private func endTag(_ start: Int) -> MarkupToken? {
    guard let first = window.byte(start + 2, keeping: start), Self.beginsName(first) else { return nil }
    while true {
      let pointer = window.pointer(start)
      let count = window.end - start
      var index = 2
      var colon = 1
      while index < count, !Self.endsName(pointer[index]) {
        if pointer[index] == 0x3A { colon = index }
        index += 1
      }
      let name = start + 2..<start + index
      let local = start + max(2, min(colon + 1, index))..<start + index
      // What stands between the name and `>` is not XML, but no reason to lose the end.
      while index < count, pointer[index] != 0x3E, pointer[index] != 0x3C { index += 1 }
      if index < count {
        let end = start + index + (pointer[index] == 0x3E ? 1 : 0)
        return MarkupToken(kind: .endTag, start: start, end: end, name: name, local: local)
      }
      if count > window.tokenLimit || !window.refill(keeping: start, atLeast: count) {
        return MarkupToken(kind: .endTag, start: start, end: window.end, name: name, local: local)
      }
    }
  }

  /// White space and controls, and `"`, `'`, `/`, `<`, `=`, `>`: all below 64, one bit for each. It is asked of every byte of every name.
  private static func endsName(_ byte: UInt8) -> Bool { byte < 64 && namesEnds >> UInt64(byte) & 1 == 1 }

  private static let namesEnds: UInt64 = 0x7000_8085_FFFF_FFFF

  /// The same and `:`.
  private static func endsPlainName(_ byte: UInt8) -> Bool {
    byte < 64 && (namesEnds | 1 << 0x3A) >> UInt64(byte) & 1 == 1
  }

  private func startTag(_ start: Int) -> MarkupToken {
    while true {
      let pointer = UnsafePointer(window.pointer(start))
      let count = window.end - start
      var index = 1
      var colon = 0
      while index < count, !Self.endsName(pointer[index]) {
        if pointer[index] == 0x3A { colon = index }
        index += 1
      }
      let name = start + 1..<start + index
      let local = start + (colon + 1 < index ? colon + 1 : 1)..<start + index
      if let (length, isEmpty) = Self.rest(of: pointer, from: index, count: count, isLast: window.isExhausted) {
        return MarkupToken(
          kind: isEmpty ? .emptyTag : .startTag, start: start, end: start + length, name: name, local: local)
      }
      if count > window.tokenLimit { return giantTag(start, name: name, local: local, from: index) }
      if !window.refill(keeping: start, atLeast: count), window.isExhausted,
        Self.rest(of: window.pointer(start), from: index, count: window.end - start, isLast: true) == nil
      {
        return MarkupToken(kind: .unterminated, start: start, end: window.end, name: name, local: local)
      }
    }
  }

  /// Finds a tag's `>`, passing over quoted values.
  ///
  /// A value may not hold a `<`. When it does and its closing quote is not followed by what may follow one, the quote was
  /// missing and has been found in another element: the tag ends before that `<`. What a careful sender wrote into a value
  /// never ends the value, so nothing within one can be taken for a message.
  private static func rest(
    of pointer: UnsafePointer<UInt8>, from begin: Int, count: Int, isLast: Bool
  ) -> (length: Int, isEmpty: Bool)? {
    var index = begin
    var previous: UInt8 = 0
    while index < count {
      let byte = pointer[index]
      if byte == 0x3E { return (index + 1, previous == 0x2F) }
      if byte == 0x3C { return (index, false) }
      if byte == 0x22 || byte == 0x27, previous == 0x3D {
        let value = index + 1
        let quote = memchr(pointer + value, Int32(byte), count - value)
        let close = quote.map { UnsafeRawPointer($0) - UnsafeRawPointer(pointer) } ?? count
        if quote == nil || close + 1 == count, !isLast { return nil }
        let angle = memchr(pointer + value, 0x3C, close - value)
        if let angle, close + 1 >= count || !Self.followsValue(pointer[close + 1]) {
          return (UnsafeRawPointer(angle) - UnsafeRawPointer(pointer), false)
        }
        if quote == nil { return nil }
        index = close + 1
        previous = byte
        continue
      }
      if byte > 0x20 { previous = byte }
      index += 1
    }
    return nil
  }

  private static func followsValue(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == 0x2F || byte == 0x3E || byte == 0x3F
  }

  /// A tag larger than a message may be, passed over without keeping it.
  private func giantTag(_ start: Int, name: Range<Int>, local: Range<Int>, from index: Int) -> MarkupToken {
    var place = start + index
    var previous: UInt8 = 0
    while let byte = window.byte(place) {
      if byte == 0x3E {
        // Its name is gone: nothing that large is a message root or a wrapper.
        return MarkupToken(kind: previous == 0x2F ? .emptyTag : .startTag, start: start, end: place + 1)
      }
      place += 1
      if byte == 0x22 || byte == 0x27, previous == 0x3D {
        guard let close = window.find(byte, from: place) else { break }
        place = close + 1
      }
      if byte > 0x20 { previous = byte }
    }
    return unterminated(start)
  }
}
