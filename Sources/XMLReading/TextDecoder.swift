import Glibc

/// Makes UTF-8 of the bytes of a message: by what they are, and by what is said of them where that does not tell.
///
/// Senders declare one encoding and write another, and what is read in the wrong one is another person's name. So:
///
/// 1. Bytes that are UTF-8 throughout, with characters of three bytes and more among them, are UTF-8, whatever is declared.
/// 2. A declared encoding holds where the bytes are of it; GB2312 under the label of a Latin encoding, which fits every byte, is
///    told by its pairs.
/// 3. Where nothing is declared, or UTF-8 is and the bytes are none, they are GB18030 when that makes common characters of them, and
///    windows-1252 when it makes letters within words. What could be several things is refused: never guessed.
///
/// Whatever is not as declared is told (`note`). Not for sharing between threads.
public final class TextDecoder {
  public struct Text: Sendable {
    /// UTF-8; of bytes with a problem, what there is of them.
    public var bytes: [UInt8]
    /// What they were.
    public var encoding: TextEncoding
    /// That they are not as declared.
    public var note: String?
    /// Why they cannot be read.
    public var problem: String?

    public init(bytes: [UInt8], encoding: TextEncoding, note: String? = nil, problem: String? = nil) {
      self.bytes = bytes
      self.encoding = encoding
      self.note = note
      self.problem = problem
    }
  }

  private var transcoders: [TextEncoding: Transcoder] = [:]

  public init() {}

  /// - Parameters:
  ///   - declared: by the document.
  ///   - inner: what the text itself says of its encoding (MSH-18), asked only where the document says nothing.
  public func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding,
    inner: () -> DeclaredEncoding = { .nothing }
  ) -> Text {
    switch declared {
    case .mark(let encoding) where encoding.form == .utf16: return wide(bytes, encoding)
    case .mark(.utf32): return problem(bytes, "it is in UTF-32: send UTF-8")
    case .label(let encoding) where encoding.form == .unread: return unread(bytes, encoding)
    default: break
    }
    switch UTF8Text.shape(bytes) {
    case .ascii:
      guard let base = bytes.baseAddress, memchr(base, 0x1B, bytes.count) != nil else { return utf8(bytes) }
      return escaped(bytes, declared == .nothing ? inner() : declared)
    case .wide: return utf8(bytes, note: noteOfUTF8(bytes, declared == .nothing ? inner() : declared))
    case .narrow: return narrow(bytes, declared == .nothing ? inner() : declared)
    case .broken: return broken(bytes, declared == .nothing ? inner() : declared)
    }
  }

  // MARK: What is UTF-8

  private func noteOfUTF8(_ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding) -> String? {
    if case .label(let encoding) = declared, encoding != .utf8 {
      return "\(encoding.name) is declared, but it is UTF-8 throughout: read as UTF-8; declare that"
    }
    if firstPlace(of: "\u{FFFD}", in: bytes) != nil {
      return "characters were lost before it was sent (U+FFFD stands for them): mend how the sender reads its own texts"
    }
    return nil
  }

  /// Two bytes that are one character in UTF-8 may be a Chinese one as well: 石英 is ʯӢ.
  private func narrow(_ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding) -> Text {
    switch declared {
    case .mark: return utf8(bytes)
    case .nothing, .unknown, .label(.utf8):
      guard isGB2312ByChance(bytes) else { return utf8(bytes) }
      if declared == .label(.utf8) {
        return utf8(
          bytes, note: "it is UTF-8 as declared, but what it says would make sense in GB18030 alone: make sure")
      }
      return read(bytes, .gb18030, Self.onlySense) ?? utf8(bytes)
    case .label(let encoding) where encoding.isLatin && isGB2312ByChance(bytes):
      return read(bytes, .gb18030, Self.onlySense) ?? utf8(bytes)
    case .label(let encoding):
      if encoding.form != .single, !NarrowText(bytes).isSensible, let text = read(bytes, encoding) { return text }
      return utf8(bytes, note: noteOfUTF8(bytes, declared))
    }
  }

  private func isGB2312ByChance(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { $0 < 0x80 || $0 > 0xA0 } && !NarrowText(bytes).isSensible
  }

  private static let onlySense = "GB18030 is not declared, but it makes sense in that alone: read so; declare it"

  // MARK: What is not

  private func broken(_ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding) -> Text {
    guard case .label(let encoding) = declared, encoding != .utf8 else {
      return undeclared(bytes, TextEvidence(bytes), declared)
    }
    // Every byte is a letter of a Latin encoding, and nearly every two are a character of GB18030: what is surely the other is that.
    let isUnswitched = encoding.form == .escaped && !bytes.contains(0x1B)
    let evidence = encoding.isLatin || encoding == .gb18030 || isUnswitched ? TextEvidence(bytes) : nil
    let isOther =
      evidence.map {
        encoding.isLatin ? $0.isChinese && !$0.isLatin : encoding == .gb18030 && $0.isLatin && !$0.isChinese
      } ?? false
    if !isOther, let text = read(bytes, encoding) { return text }
    if let evidence {
      let other = undeclared(bytes, evidence, declared)
      if other.problem == nil { return other }
    }
    return problem(bytes, "bytes that are not of the declared encoding: declare the encoding it is written in")
  }

  private func undeclared(
    _ bytes: UnsafeBufferPointer<UInt8>, _ evidence: TextEvidence, _ declared: DeclaredEncoding
  ) -> Text {
    let said =
      switch declared {
      case .nothing: "no encoding is declared and it is not UTF-8"
      case .unknown: "the declared encoding is not known and it is not UTF-8"
      case .mark(let encoding), .label(let encoding): "\(encoding.name) is declared, but it is not that"
      }
    if evidence.isDamagedUTF8 {
      return problem(
        bytes, "UTF-8 with bytes among it that are none: a character is cut, or parts are in another encoding")
    }
    if evidence.isChinese, let text = read(bytes, .gb18030, said + ": read as GB18030; declare it") { return text }
    if evidence.isLatin, let text = read(bytes, .windows1252, said + ": read as windows-1252; declare it") {
      return text
    }
    return problem(bytes, said + ", and surely no other either: declare the encoding it is written in")
  }

  /// ASCII bytes with escapes among them: other characters in an encoding that switches by escapes, else what they are.
  private func escaped(_ bytes: UnsafeBufferPointer<UInt8>, _ declared: DeclaredEncoding) -> Text {
    if case .label(let encoding) = declared, encoding.form == .escaped {
      return read(bytes, encoding) ?? problem(bytes, "escapes that are not of \(encoding.name): send UTF-8")
    }
    let isJapanese = firstPlace(of: "\u{1B}$B", in: bytes) != nil || firstPlace(of: "\u{1B}$@", in: bytes) != nil
    guard isJapanese, let japanese = TextEncoding(label: "ISO-2022-JP") else { return utf8(bytes) }
    return read(bytes, japanese, "escapes of ISO-2022-JP, which is not declared: read so; declare it") ?? utf8(bytes)
  }

  private func wide(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding) -> Text {
    read(bytes, encoding)
      ?? problem(bytes, "bytes that are not of \(encoding.name), which its first bytes are of: send UTF-8")
  }

  private func unread(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding) -> Text {
    problem(bytes, "\(encoding.name), the encoding it declares, is not read: send UTF-8 or GB18030")
  }

  // MARK: Texts

  private func utf8(_ bytes: UnsafeBufferPointer<UInt8>, note: String? = nil) -> Text {
    Text(bytes: Array(bytes), encoding: .utf8, note: note)
  }

  private func problem(_ bytes: UnsafeBufferPointer<UInt8>, _ reason: String) -> Text {
    Text(bytes: Array(bytes), encoding: .utf8, problem: reason)
  }

  private func read(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding, _ note: String? = nil) -> Text? {
    let transcoder = transcoders[encoding] ?? Transcoder(from: encoding)
    transcoders[encoding] = transcoder
    return transcoder?.whole(bytes, isDeclared: note == nil).map { Text(bytes: $0, encoding: encoding, note: note) }
  }
}
