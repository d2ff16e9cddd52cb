/// Reads documents that are nothing but elements and text, as messages of HL7 v2 are, without libxml2, which takes many times as long over them.
///
/// Anything else — an attribute, a comment, a reference other than the five of XML's own, a name that libxml2 has not read before, a
/// byte that is not where it must be — is not judged here: libxml2 then reads the document from its beginning, and says what is wrong with it. What is read
/// here comes out as libxml2 has it, places included (`PlainDocumentTests`).
struct PlainDocument {
  /// Names that libxml2 found to be such.
  private(set) var names = PlainNames()
  /// Where the names of the open elements stand.
  private var open: [Range<Int>] = []

  mutating func forgetNames() { names = PlainNames() }

  /// - Parameters:
  ///   - table: the names that libxml2 has read.
  ///   - line: on which the document begins in its file, from 1.
  /// - Returns: false when it is not as plain as that; the builder then holds a part of it.
  mutating func read(
    _ bytes: UnsafeBufferPointer<UInt8>, names table: NameTable, limits: XMLLimits, line: Int, column: Int,
    into builder: inout XMLTreeBuilder
  ) -> Bool {
    // So that none of them can be reached.
    guard bytes.count >= 4, bytes.count <= min(limits.textLength, limits.elements) else { return false }
    names.learn(table)
    open.removeAll(keepingCapacity: true)
    var place = Place(line: line, origin: -column)
    var at = 0
    while bytes[at] == Byte.less {
      let tag = at
      at += 1
      if at < bytes.count, bytes[at] == Byte.slash {
        guard let name = open.popLast(), closes(bytes, at + 1, name) else { return false }
        at += name.count + 2
        builder.end()
      } else {
        guard let found = names.read(bytes, &at), open.count < limits.depth else { return false }
        if open.isEmpty {
          guard builder.count == 0, namespace(bytes, &at, &builder) else { return false }
        }
        builder.start(name: found.index, line: place.line, column: tag - place.origin)
        guard at + 1 < bytes.count else { return false }
        if bytes[at] == Byte.greater {
          open.append(found.range)
          at += 1
        } else {
          guard bytes[at] == Byte.slash, bytes[at + 1] == Byte.greater else { return false }
          at += 2
          builder.end()
        }
      }
      if open.isEmpty { return at == bytes.count }
      guard at < bytes.count, text(bytes, &at, &place, &builder) else { return false }
    }
    return false
  }

  /// Whether an end tag's name is the start tag's, and nothing stands behind it.
  private func closes(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ name: Range<Int>) -> Bool {
    guard start + name.count < bytes.count, bytes[start + name.count] == Byte.greater else { return false }
    return Byte.areSame(bytes, start, bytes, name.lowerBound, count: name.count)
  }

  private static let binding = Array(" xmlns=\"urn:".utf8)

  /// The namespace of a root element, which may be all that its tag says.
  ///
  /// - Returns: false for one whose elements are named otherwise.
  private func namespace(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ builder: inout XMLTreeBuilder) -> Bool
  {
    guard bytes[at...].starts(with: Self.binding) else { return true }
    let start = at + Self.binding.count - 4
    at += Self.binding.count
    while at < bytes.count, Byte.isOfName(bytes[at]) || bytes[at] == Byte.colon { at += 1 }
    guard at < bytes.count, bytes[at] == Byte.quote else { return false }
    let uri = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)
    at += 1
    builder.rootNamespace = uri
    return uri != "urn:hl7-org:sdtc"
  }

  /// Where the reading is: the column is how far it is from the origin, which moves on with what is no character of its own.
  private struct Place {
    var line: Int
    var origin: Int
  }

  /// Reads on to the next tag.
  private func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ place: inout Place, _ builder: inout XMLTreeBuilder
  ) -> Bool {
    if bytes[at] == Byte.less { return true }
    if bytes[at] <= Byte.space { return whiteSpace(bytes, &at, &place, &builder) }
    var start = at
    while at < bytes.count {
      let byte = bytes[at]
      if Byte.isOrdinary(byte) {
        at += 1
        continue
      }
      switch byte {
      case Byte.less:
        if at > start { builder.characters(UnsafeBufferPointer(rebasing: bytes[start..<at])) }
        return true
      case Byte.newline:
        place.line += 1
        place.origin = at
        at += 1
      case Byte.ampersand:
        guard let (character, length) = reference(bytes, at) else { return false }
        if at > start { builder.characters(UnsafeBufferPointer(rebasing: bytes[start..<at])) }
        withUnsafePointer(to: character) { builder.characters(UnsafeBufferPointer(start: $0, count: 1)) }
        at += length
        start = at
      case Byte.bracket:
        if at + 1 < bytes.count, bytes[at + 1] == Byte.bracket { return false }
        at += 1
      case 0x80...:
        let length = UTF8Text.characterLength(bytes, at)
        // U+FFFE and U+FFFF are no characters.
        if length == 0 || byte == 0xEF && bytes[at + 1] == 0xBF && bytes[at + 2] >= 0xBE { return false }
        place.origin += length - 1
        at += length
      default: return false
      }
    }
    return false
  }

  /// White space alone: whether it is left out when more follows depends on where libxml2 parts the two.
  private func whiteSpace(
    _ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int, _ place: inout Place, _ builder: inout XMLTreeBuilder
  ) -> Bool {
    let start = at
    while at < bytes.count, bytes[at] != Byte.less {
      if bytes[at] == Byte.newline {
        place.line += 1
        place.origin = at
      } else if bytes[at] != Byte.space {
        return false
      }
      at += 1
    }
    builder.characters(UnsafeBufferPointer(rebasing: bytes[start..<at]))
    return at < bytes.count
  }

  /// One of the five references that need no declaration.
  private func reference(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> (character: UInt8, length: Int)? {
    for (text, character) in Self.references where bytes[at...].starts(with: text) { return (character, text.count) }
    return nil
  }

  private static let references: [(text: [UInt8], character: UInt8)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
  ].map { (Array($0.0.utf8), UInt8(ascii: $0.1)) }
}
