import XMLReading

/// What a document is written in, where it begins.
extension MessageSplitter {
  /// A document in UTF-16 is decoded from its mark, or from its `<`; the next need not be in UTF-16.
  func detectUTF16() {
    if window.isUTF16, let first = window.byte(cursor), first != 0x3C, first != 0x7B, first != 0x5B, !beginsER7(cursor)
    {
      window.endUTF16(from: cursor)
      setDeclared(.nothing)
      skipSpace()
    }
    guard !window.isUTF16, window.ensure(2, from: cursor) else { return }
    let pair = (window.pointer(cursor).pointee, window.pointer(cursor + 1).pointee)
    if min(pair.0, pair.1) == 0 || pair == (0xFF, 0xFE), isUTF32 { return }
    switch pair {
    case (0xFF, 0xFE), (0xFE, 0xFF):
      window.beginUTF16(from: cursor, isBigEndian: pair.0 == 0xFE, markLength: 2)
    case (0x3C, 0), (0, 0x3C): window.beginUTF16(from: cursor, isBigEndian: pair.0 == 0, markLength: 0)
    default:
      // `{`, `[` and the first letters of ER7 begin other things as well: the next character is looked at too.
      guard let first = [pair.0, pair.1].max(), min(pair.0, pair.1) == 0, Self.beginnings.contains(first),
        window.ensure(4, from: cursor)
      else { return }
      let isBigEndian = pair.0 == 0
      let next = [window.pointer(cursor + 2).pointee, window.pointer(cursor + 3).pointee]
      guard next[isBigEndian ? 0 : 1] == 0, next[isBigEndian ? 1 : 0] != 0 else { return }
      window.beginUTF16(from: cursor, isBigEndian: isBigEndian, markLength: 0)
    }
    skipSpace()
  }

  private var isUTF32: Bool {
    window.ensure(4, from: cursor)
      && DeclaredEncoding.of(document: Array(window.bytes(cursor..<cursor + 4))).declared == .mark(.utf32)
  }

  private static let beginnings = Array("{[MFB".utf8)

  func setDeclared(_ new: DeclaredEncoding) {
    declared = new
    if window.isUTF16 { return }
    if case .label(let encoding) = new {
      window.count(as: encoding.form, from: cursor)
    } else {
      window.count(as: .utf8, from: cursor)
    }
  }

  /// A byte order mark before it counts more.
  func readDeclaration(_ bytes: [UInt8]) {
    if isEscapedText || window.isUTF16 || declared == .mark(.utf8) { return }
    setDeclared(DeclaredEncoding.of(document: bytes).declared)
  }
}
