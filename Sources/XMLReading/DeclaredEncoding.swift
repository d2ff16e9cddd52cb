import Glibc

/// What is said of the encoding of some bytes, before they are looked at.
public enum DeclaredEncoding: Hashable, Sendable {
  case nothing
  /// By a byte order mark, or by the shape of `<?xml`.
  case mark(TextEncoding)
  case label(TextEncoding)
  /// By a label that is not known.
  case unknown

  /// What a label says; one of nothing but white space says nothing.
  public init(label: some StringProtocol) {
    if label.allSatisfy(\.isWhitespace) {
      self = .nothing
    } else {
      self = TextEncoding(label: label).map { .label($0) } ?? .unknown
    }
  }

  /// What the first bytes of a document say: byte order mark, the shape of `<?xml`, then its declaration.
  ///
  /// - Parameter head: 256 bytes are enough.
  public static func of(document head: some Collection<UInt8>) -> (declared: DeclaredEncoding, markLength: Int) {
    let bytes = Array(head.prefix(256))
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.mark(.utf8), 3) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) { return (.mark(.utf32), 4) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.mark(.utf16LittleEndian), 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.mark(.utf16BigEndian), 2) }
    if bytes.starts(with: [0x3C, 0, 0, 0]) || bytes.starts(with: [0, 0, 0, 0x3C]) { return (.mark(.utf32), 0) }
    if bytes.starts(with: [0x3C, 0]) { return (.mark(.utf16LittleEndian), 0) }
    if bytes.starts(with: [0, 0x3C]) { return (.mark(.utf16BigEndian), 0) }
    return (label(in: bytes).map { DeclaredEncoding(label: $0) } ?? .nothing, 0)
  }

  /// The value of `encoding` in an XML declaration at the very start.
  private static func label(in bytes: [UInt8]) -> String? {
    let text = bytes[...].drop { isSpace($0) }
    guard text.starts(with: "<?xml".utf8), let end = place(of: ">", in: text),
      let name = place(of: "encoding", in: text[..<end])
    else { return nil }
    let value = text[(name + 8)..<end].drop { isSpace($0) || $0 == 0x3D }
    guard let quote = value.first, quote == 0x22 || quote == 0x27 else { return nil }
    return String(decoding: value.dropFirst().prefix { $0 != quote }, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

  private static func place(of word: StaticString, in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, buffer.count >= word.utf8CodeUnitCount else { return nil }
      return (0...(buffer.count - word.utf8CodeUnitCount)).first {
        memcmp(base + $0, word.utf8Start, word.utf8CodeUnitCount) == 0
      }.map { bytes.startIndex + $0 }
    }
  }
}
