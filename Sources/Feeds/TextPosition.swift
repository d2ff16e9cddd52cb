import Glibc
import XMLReading

/// A place in a feed, and how to move it on over the bytes that follow.
struct TextPosition {
  var line = 1
  /// In characters.
  var column: Int { isNotUTF8 || isDeclared && !isWide ? columnOfForm : columnOfUTF8 }
  /// Bytes of the file.
  var offset = 0

  // What is declared as UTF-8, or as nothing, may be GB18030, and the other way round: characters of the line are counted as both.
  private var columnOfUTF8 = 1
  private var columnOfForm = 1
  private var isNotUTF8 = false
  /// Whether there are characters of three bytes in UTF-8: nothing else looks so.
  private var isWide = false
  private var isDeclared = false
  /// Bytes of a character that have not come yet, in UTF-8 and in the other form.
  private var openUTF8 = 0
  private var first: UInt8 = 0
  private var openForm = 0

  /// - Parameter form: what the bytes are; UTF-8 for those of which nothing is known, UTF-16 for UTF-8 made of it: columns are then those
  ///   of the one, bytes of the file those of the other.
  mutating func advance(over bytes: UnsafeBufferPointer<UInt8>, _ form: TextEncoding.Form) {
    offset += form == .utf16 ? UTF16Stream.length(of: bytes) : bytes.count
    let rest = skipLines(bytes)
    isDeclared = form != .utf8 && form != .utf16
    if form == .utf16 {
      columnOfUTF8 += Self.characters(rest)
    } else {
      skip(rest, form == .utf8 ? .gb18030 : form)
    }
  }

  /// In blocks, so that the compiler can look at many bytes at once.
  private static func characters(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var characters = 0
    var index = 0
    while index < bytes.count {
      var count: UInt8 = 0
      let end = min(index + 255, bytes.count)
      for byte in bytes[index..<end] { count &+= byte & 0xC0 != 0x80 ? 1 : 0 }
      characters += Int(count)
      index = end
    }
    return characters
  }

  private mutating func skipLines(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0, let found = memchr(base, 10, rest.count) {
      line += 1
      (columnOfUTF8, columnOfForm, isNotUTF8, isWide) = (1, 1, false, false)
      (openUTF8, first, openForm) = (0, 0, 0)
      rest = UnsafeBufferPointer(rebasing: rest[(UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1)...])
    }
    return rest
  }

  private mutating func skip(_ bytes: UnsafeBufferPointer<UInt8>, _ form: TextEncoding.Form) {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = 0
    while index < bytes.count {
      // Nearly all of a message is ASCII, where both forms agree.
      while openUTF8 == 0, first == 0, openForm == 0, index + 8 <= bytes.count,
        raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        columnOfUTF8 += 8
        columnOfForm += 8
        index += 8
      }
      guard index < bytes.count else { return }
      skip(bytes[index], form)
      index += 1
    }
  }

  private mutating func skip(_ byte: UInt8, _ form: TextEncoding.Form) {
    skipUTF8(byte)
    if openForm > 0 {
      openForm -= 1
    } else if first > 0 {
      // Its second byte tells how long it is.
      openForm = form.length(first, byte) - 2
      first = 0
      if openForm < 0 {
        openForm = 0
        begin(byte, form)
      }
    } else {
      begin(byte, form)
    }
  }

  private mutating func begin(_ byte: UInt8, _ form: TextEncoding.Form) {
    columnOfForm += 1
    first = byte >= 0x80 && form.length(byte, 0x40) > 1 ? byte : 0
  }

  private mutating func skipUTF8(_ byte: UInt8) {
    if openUTF8 > 0, byte & 0xC0 == 0x80 {
      openUTF8 -= 1
      if openUTF8 == 1 { isWide = true }
      return
    }
    if openUTF8 > 0 || byte >= 0x80 && (byte < 0xC2 || byte > 0xF4) { isNotUTF8 = true }
    columnOfUTF8 += 1
    openUTF8 = byte < 0xC2 || byte > 0xF4 ? 0 : byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
  }
}
