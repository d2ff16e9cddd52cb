/// An encoding that senders write: everything is made UTF-8 before a parser sees it.
///
/// GB18030 contains GBK and GB2312, so what is labelled with one of those is read as GB18030: real senders label the one and
/// write the other. So it is with ISO 8859-1 and windows-1252, Shift-JIS and CP932, EUC-KR and CP949.
public struct TextEncoding: Hashable, Sendable {
  /// How bytes make characters: what is needed to count them, and to tell a bracket from half a character.
  public enum Form: Sendable {
    case utf8, utf16, utf32
    /// One byte each.
    case single
    /// Below 0x80 one byte, else two.
    case pairs
    /// The same, but four where the second byte is a digit.
    case gb18030
    /// Pairs, and single bytes from 0xA1 to 0xDF.
    case shiftJIS
    /// Pairs and triples, all of whose bytes are above 0x80.
    case extendedUnix
    /// Sequences that begin with escape switch to other characters: ASCII bytes need not be ASCII.
    case escaped
    /// Known, and not read: its ASCII bytes need not be ASCII, and nothing marks where they are not.
    case unread
  }

  /// As it is written in findings.
  public let name: String
  public let form: Form
  /// What iconv calls it.
  let table: String
  /// Whether its letters beyond ASCII are those of western Europe.
  let isLatin: Bool

  init(_ name: String, _ form: Form, table: String? = nil, isLatin: Bool = false) {
    self.name = name
    self.form = form
    self.table = table ?? name
    self.isLatin = isLatin
  }

  public static func == (a: TextEncoding, b: TextEncoding) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  public static let utf8 = TextEncoding("UTF-8", .utf8)
  public static let utf16LittleEndian = TextEncoding("UTF-16LE", .utf16)
  public static let utf16BigEndian = TextEncoding("UTF-16BE", .utf16)
  public static let utf32 = TextEncoding("UTF-32", .utf32)
  public static let gb18030 = TextEncoding("GB18030", .gb18030)
  public static let windows1252 = TextEncoding("windows-1252", .single, table: "CP1252", isLatin: true)

  /// The encoding that a label means: of an XML declaration (IANA, the aliases of the WHATWG's Encoding standard, Java's names), of
  /// MSH-18 (HL7 table 0211: `UNICODE UTF-8`, `GB 18030-2000`, `8859/1`, `ISO IR87`), or of DICOM (`ISO_IR 100`).
  ///
  /// - Returns: nil for a label that is none of them.
  public init?(label: some StringProtocol) {
    if label.utf8.count > 40 { return nil }
    let key = String(decoding: label.utf8.lazy.filter(Self.isAlphanumeric).map { $0 | 0x20 }, as: UTF8.self)
    guard let known = TextEncodingLabels.known[key] else { return nil }
    self = known
  }

  /// Letters and digits: spellings differ in everything else.
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }
}

extension TextEncoding.Form {
  /// How many bytes the character takes that begins with `first` and, where there is one, `second`.
  @inline(__always)
  public func length(_ first: UInt8, _ second: UInt8) -> Int {
    if first < 0x80 { return 1 }
    switch self {
    case .utf8: return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    case .utf16, .utf32, .single, .escaped, .unread: return 1
    case .pairs: return first == 0x80 ? 1 : 2
    case .gb18030: return first == 0x80 ? 1 : second >= 0x30 && second <= 0x39 ? 4 : 2
    case .shiftJIS: return first == 0x80 || first >= 0xA0 && first <= 0xDF ? 1 : 2
    case .extendedUnix: return first == 0x8F ? 3 : 2
    }
  }

  /// Whether a run of bytes above 0x80 ends with the first half of a character: the byte behind it is then no sign of its own.
  public func isOpen(after run: some Collection<UInt8>) -> Bool {
    switch self {
    case .pairs, .gb18030: return run.count % 2 == 1
    case .shiftJIS:
      var isOpen = false
      for byte in run { isOpen = !isOpen && length(byte, 0) == 2 }
      return isOpen
    default: return false
    }
  }
}
