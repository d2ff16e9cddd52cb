import Glibc
import XMLReading

/// Text within a document that is a document itself: escaped (`&lt;ORU_R01&gt;`), in CDATA sections, or escaped twice.
struct EscapedText {
  private struct Piece {
    let range: Range<Int>
    /// How often references are to be resolved.
    let passes: Int
    /// The UTF-8 of it, where the feed is something else, and what that is.
    let decoded: [UInt8]?
    let form: TextEncoding.Form
  }

  /// How far into the pieces a place was looked for: places are asked for in order.
  struct Locator {
    fileprivate var piece = 0
    fileprivate var index = 0
    fileprivate var raw = 0
    fileprivate var made = 0
  }

  /// UTF-8, resolved, from the first character that is no white space.
  private(set) var bytes: [UInt8] = []
  private(set) var notes: [FrameNote] = []
  /// Why its bytes cannot be read.
  private(set) var problem: String?
  private var skipped = 0
  private var pieces: [Piece] = []

  /// nil when the text does not begin with markup.
  init?(_ run: [TextRun.Piece], _ window: Window, _ decoder: FrameDecoder, _ declared: DeclaredEncoding) {
    guard let extraPasses = Self.extraPasses(run, window) else { return nil }
    for piece in run {
      let raw = window.bytes(piece.range)
      var decoded: [UInt8]?
      var form = TextEncoding.Form.utf8
      if !UTF8Text.isASCII(raw) {
        let text = decoder.text(raw, declared, isMade: window.isUTF16)
        form = text.encoding.form
        if form != .utf8 { decoded = text.bytes }
        if notes.isEmpty { notes = text.note.map { [FrameNote(code: .encodingMislabelled, message: $0)] } ?? [] }
        problem = problem ?? text.problem
      }
      pieces.append(
        Piece(
          range: piece.range, passes: (piece.kind == .text ? 1 : 0) + extraPasses, decoded: decoded, form: form))
    }
    for piece in pieces {
      Self.withText(piece, window) { resolve($0, passes: piece.passes) }
    }
    skipped = Self.firstCharacter(bytes)
    guard skipped < bytes.count, bytes[skipped] == 0x3C else { return nil }
    bytes.removeFirst(skipped)
  }

  /// 0 when the text begins with `<` as it stands in the document, 1 when that `<` is escaped once more; nil when it is other
  /// text.
  private static func extraPasses(_ run: [TextRun.Piece], _ window: Window) -> Int? {
    for piece in run {
      let bytes = window.bytes(piece.range)
      guard let first = bytes.firstIndex(where: { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) else {
        continue
      }
      if bytes[first] == 0x3C { return piece.kind == .cdata ? 0 : nil }
      guard bytes[first] == 0x26 else { return nil }
      if piece.kind == .cdata { return 1 }
      return character(at: first, in: bytes).map { $0.scalar == "&" ? 1 : 0 }
    }
    return nil
  }

  private static func firstCharacter(_ text: [UInt8]) -> Int {
    var index = 0
    while index < text.count {
      if text[index] <= 0x20 {
        index += 1
      } else if text[index...].starts(with: [0xEF, 0xBB, 0xBF]) {
        index += 3
      } else {
        break
      }
    }
    return index
  }

  /// Whether the first element, after a declaration, begins a message.
  func beginsMessage(_ roots: MessageRoots) -> Bool {
    var rest = bytes[...]
    while true {
      rest = rest.drop { $0 <= 0x20 }
      if rest.starts(with: Array("<?".utf8)), let end = rest.firstRange(of: Array("?>".utf8)) {
        rest = rest[end.upperBound...]
      } else if rest.starts(with: Array("<!--".utf8)), let end = rest.firstRange(of: Array("-->".utf8)) {
        rest = rest[end.upperBound...]
      } else if rest.starts(with: Array("<!DOCTYPE".utf8)) {
        rest = rest.dropFirst(9).drop { $0 <= 0x20 }
        break
      } else {
        guard rest.first == 0x3C else { return false }
        rest = rest.dropFirst()
        break
      }
    }
    let name = rest.prefix(256).prefix { $0 > 0x20 && $0 != 0x3E && $0 != 0x2F && $0 != 0x5B }
    let local = name.lastIndex(of: 0x3A).map { name[($0 + 1)...] } ?? name
    let tag = rest.prefix(4096).prefix { $0 != 0x3E }
    return local.withUnsafeBufferPointer { local in
      tag.withUnsafeBufferPointer { roots.begins(local, $0) { [] } }
    }
  }

  /// Where in the feed the byte at `offset` of the resolved text stands.
  func place(of offset: Int, _ locator: inout Locator, in window: Window) -> Int {
    let target = offset + skipped
    while locator.piece < pieces.count {
      let piece = pieces[locator.piece]
      let isFound = Self.withText(piece, window) { text -> Bool in
        let raw = window.bytes(piece.range)
        while locator.index < text.count {
          if locator.made >= target { return true }
          if text[locator.index] != 0x26 || piece.passes == 0, piece.decoded == nil {
            // Up to the next reference, every byte stands for itself.
            let count = min(target - locator.made, Self.plainLength(text, locator.index, piece.passes))
            locator.made += count
            locator.index += count
            locator.raw += count
            continue
          }
          let (length, scalar) = Self.step(text, locator.index, passes: piece.passes)
          locator.made += scalar.map { UTF8.width($0) } ?? length
          locator.raw +=
            piece.decoded == nil || length > 1 && scalar != nil
            ? length : Self.rawLength(text[locator.index], raw, locator.raw, piece.form)
          locator.index += length
        }
        return false
      }
      if isFound { return piece.range.lowerBound + locator.raw }
      locator.piece += 1
      locator.index = 0
      locator.raw = 0
    }
    return pieces.last?.range.upperBound ?? 0
  }

  /// Bytes of the feed for a byte of UTF-8: the whole character for its first byte, none for those that follow.
  private static func rawLength(
    _ byte: UInt8, _ raw: UnsafeBufferPointer<UInt8>, _ index: Int, _ form: TextEncoding.Form
  ) -> Int {
    if byte & 0xC0 == 0x80 || index >= raw.count { return 0 }
    return index + 1 < raw.count ? form.length(raw[index], raw[index + 1]) : 1
  }

  private static func withText<Result>(
    _ piece: Piece, _ window: Window, _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    if let decoded = piece.decoded { return decoded.withUnsafeBufferPointer(body) }
    return body(window.bytes(piece.range))
  }

  // MARK: References

  private mutating func resolve(_ text: UnsafeBufferPointer<UInt8>, passes: Int) {
    var index = 0
    while index < text.count {
      let next = index + Self.plainLength(text, index, passes)
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[index..<next]))
      index = next
      if index == text.count { break }
      let (length, scalar) = Self.step(text, index, passes: passes)
      if let scalar { bytes.append(contentsOf: Array(String(scalar).utf8)) } else { bytes.append(text[index]) }
      index += length
    }
  }

  /// How many bytes from there on are no reference.
  private static func plainLength(_ text: UnsafeBufferPointer<UInt8>, _ index: Int, _ passes: Int) -> Int {
    let left = text.count - index
    guard passes > 0, let base = text.baseAddress, let found = memchr(base + index, 0x26, left) else { return left }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base + index)
  }

  /// How many bytes stand for one character, and which it is; a byte that is no reference stands for itself.
  private static func step(
    _ text: UnsafeBufferPointer<UInt8>, _ index: Int, passes: Int
  ) -> (length: Int, scalar: Unicode.Scalar?) {
    guard passes > 0, text[index] == 0x26, let once = character(at: index, in: text) else { return (1, nil) }
    guard passes > 1, once.scalar == "&", let twice = character(at: index + once.length - 1, in: text, isOpen: true)
    else { return once }
    return (once.length - 1 + twice.length, twice.scalar)
  }

  /// The reference at a place.
  ///
  /// - Parameter isOpen: the byte there stands for the `&`.
  private static func character(
    at index: Int, in text: UnsafeBufferPointer<UInt8>, isOpen: Bool = false
  ) -> (length: Int, scalar: Unicode.Scalar)? {
    guard isOpen || text[index] == 0x26 else { return nil }
    let name = text[(index + 1)...].prefix(10).prefix { $0 != 0x3B }
    guard name.endIndex < text.count, text[name.endIndex] == 0x3B,
      let scalar = scalar(String(decoding: name, as: UTF8.self))
    else { return nil }
    return (name.endIndex + 1 - index, scalar)
  }

  private static func scalar(_ name: String) -> Unicode.Scalar? {
    switch name {
    case "lt": return "<"
    case "gt": return ">"
    case "amp": return "&"
    case "quot": return "\""
    case "apos": return "'"
    default:
      guard name.hasPrefix("#") else { return nil }
      let isHexadecimal = name.hasPrefix("#x")
      return UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
    }
  }
}
