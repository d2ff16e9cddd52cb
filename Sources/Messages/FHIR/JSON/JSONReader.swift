import XMLReading

/// Bytes → JSON (RFC 8259), strictly: no duplicate property, nothing after the document, only UTF-8, and no character that XML
/// does not allow either, so that what one notation takes the other does; or any character, where nobody asks for XML.
///
/// Foundation's reader is not used: it turns numbers into binary fractions, and forgets where things stand.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: XMLLimits
  /// Whether characters are taken that XML does not allow.
  private let isAny: Bool
  private var document = JSONDocument()
  private var nameIndex: [String: Int32] = [:]
  /// Per name, the object in which it was met last: a name met twice in one is a duplicate.
  private var lastObject: [Int32] = []
  private var path: [Int32] = []
  private var depth = 0
  private var position = 0
  private var line: Int
  private var lineStart = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits, line: Int, anyCharacter isAny: Bool = false) {
    self.bytes = bytes
    self.isAny = isAny
    self.limits = limits
    self.line = line
  }

  mutating func read() throws(XMLReadingError) -> JSONDocument {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipSpace()
    if position == bytes.count { throw error("there is no document here") }
    _ = try value(name: -1)
    skipSpace()
    if position < bytes.count { throw error("something stands after the document's end") }
    return document
  }

  private func error(_ message: String, _ kind: XMLReadingError.Kind = .malformed) -> XMLReadingError {
    let path = path.map { "/" + document.names[Int($0)] }.joined()
    return XMLReadingError(
      kind, message, at: XMLLocation(line: line, column: position - lineStart + 1, path: path.isEmpty ? "/" : path))
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next {
      switch byte {
      case 0x20, 0x09, 0x0D: position += 1
      case 0x0A:
        position += 1
        line += 1
        lineStart = position
      default: return
      }
    }
  }

  private mutating func value(name: Int32) throws(XMLReadingError) -> Int32 {
    guard let byte = next else { throw error("the document ends too early") }
    if document.values.count >= limits.elements { throw error("more than \(limits.elements) values", .limit) }
    let index = document.values.count
    document.values.append(
      .init(
        kind: .null, name: name, line: Int32(clamping: line), column: Int32(clamping: position - lineStart + 1)))
    switch byte {
    case UInt8(ascii: "{"): try container(index, .object, until: UInt8(ascii: "}"))
    case UInt8(ascii: "["): try container(index, .array, until: UInt8(ascii: "]"))
    case UInt8(ascii: "\""):
      let string = try string()
      document.values[index].kind = .string
      document.values[index].start = string.range.lowerBound
      document.values[index].length = string.range.count
      document.values[index].isEscaped = string.isEscaped
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(index)
    default: try word(index)
    }
    return Int32(index)
  }

  private mutating func container(_ index: Int, _ kind: JSONDocument.Kind, until close: UInt8) throws(XMLReadingError) {
    depth += 1
    // An array and the objects within it are one level of elements.
    if depth > 2 * limits.depth { throw error("more than \(limits.depth) levels within one another", .limit) }
    document.values[index].kind = kind
    position += 1
    skipSpace()
    if next == close {
      position += 1
      depth -= 1
      return
    }
    var last: Int32 = -1
    while true {
      let child = kind == .object ? try property(of: index) : try value(name: -1)
      if last < 0 { document.values[index].firstChild = child } else { document.values[Int(last)].nextSibling = child }
      last = child
      skipSpace()
      guard let byte = next else { throw error("the document ends too early") }
      if byte == UInt8(ascii: ",") {
        position += 1
        skipSpace()
      } else if byte == close {
        position += 1
        break
      } else {
        throw error("a comma or a closing bracket is missing")
      }
    }
    if kind == .object { try refuseDuplicates(in: index) }
    depth -= 1
  }

  private mutating func property(of object: Int) throws(XMLReadingError) -> Int32 {
    guard next == UInt8(ascii: "\"") else { throw error("a property's name in quotes is missing") }
    let name = try string()
    let index = intern(JSONText.decode(bytes, name.range, isEscaped: name.isEscaped))
    path.append(index)
    skipSpace()
    guard next == UInt8(ascii: ":") else { throw error("a colon is missing after a property's name") }
    position += 1
    skipSpace()
    let child = try value(name: index)
    path.removeLast()
    return child
  }

  private mutating func intern(_ name: String) -> Int32 {
    if let index = nameIndex[name] { return index }
    let index = Int32(document.names.count)
    document.names.append(name)
    lastObject.append(-1)
    nameIndex[name] = index
    return index
  }

  /// Done when the object is whole: objects within it have been through this before, so one mark per name is enough.
  private mutating func refuseDuplicates(in object: Int) throws(XMLReadingError) {
    var child = document.values[object].firstChild
    while child >= 0 {
      let name = Int(document.values[Int(child)].name)
      if lastObject[name] == Int32(object) { throw error("a property stands twice in one object") }
      lastObject[name] = Int32(object)
      child = document.values[Int(child)].nextSibling
    }
  }

  private mutating func word(_ index: Int) throws(XMLReadingError) {
    for (text, kind) in [("true", JSONDocument.Kind.boolean), ("false", .boolean), ("null", .null)]
    where UnsafeBufferPointer(rebasing: bytes[position...]).starts(with: text.utf8) {
      document.values[index].kind = kind
      document.values[index].start = position
      document.values[index].length = text.utf8.count
      position += text.utf8.count
      return
    }
    throw error("a value is missing or misspelt")
  }

  /// JSON's own grammar, stricter than that of results (`NumericText`): what is no JSON is refused before anybody asks what it says.
  ///
  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  private mutating func number(_ index: Int) throws(XMLReadingError) {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let hasLeadingZero = next == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || hasLeadingZero && whole > 1 { throw error("a number that JSON does not allow") }
    if next == UInt8(ascii: ".") {
      position += 1
      if digits() == 0 { throw error("a number that JSON does not allow") }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      if digits() == 0 { throw error("a number that JSON does not allow") }
    }
    document.values[index].kind = .number
    document.values[index].start = start
    document.values[index].length = position - start
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, byte >= 48, byte <= 57 { position += 1 }
    return position - start
  }

  /// Passes over a string and gives what stands between its quotes.
  private mutating func string() throws(XMLReadingError) -> (range: Range<Int>, isEscaped: Bool) {
    position += 1
    let start = position
    var isEscaped = false
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return (start..<(position - 1), isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        guard let length = JSONText.escapeLength(bytes, at: position, isAny: isAny) else {
          throw error("an escape that JSON does not allow, half of a surrogate pair, or a control character")
        }
        position += length
      case 0..<0x20: throw error("a control character in a string: write it as an escape")
      case 0x20..<0x80: position += 1
      default:
        guard let length = JSONText.characterLength(bytes, at: position, isAny: isAny) else {
          throw error("bytes that are not UTF-8", .encoding)
        }
        position += length
      }
    }
    throw error("a string is not closed")
  }
}
