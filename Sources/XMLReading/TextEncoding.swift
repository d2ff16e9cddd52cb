internal import CLibXML2
import Glibc

/// The encodings hospitals send: everything is made UTF-8 before a parser sees it.
///
/// GB18030 contains GBK and GB2312, so what is labelled with one of those is read as GB18030: real senders label the one and
/// write the other.
public enum TextEncoding: String, Sendable {
  case utf8 = "UTF-8"
  case utf16LittleEndian = "UTF-16LE"
  case utf16BigEndian = "UTF-16BE"
  case gb18030 = "GB18030"

  /// The encoding of a document by its first bytes: byte order mark, the shape of `<?xml`, then its declaration.
  ///
  /// - Parameter head: the first bytes of the document; 256 are enough.
  /// - Throws: `XMLReadingError` (`encoding`) when a declaration names one that is not read.
  public static func detect(_ head: some Collection<UInt8>) throws(XMLReadingError) -> (TextEncoding, markLength: Int) {
    let bytes = Array(head.prefix(256))
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
    if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
    if bytes.starts(with: [0x3C, 0x00]) { return (.utf16LittleEndian, 0) }
    if bytes.starts(with: [0x00, 0x3C]) { return (.utf16BigEndian, 0) }
    guard let label = declared(bytes) else { return (.utf8, 0) }
    switch label.uppercased() {
    case "UTF-8", "UTF8", "US-ASCII", "ASCII": return (.utf8, 0)
    // Declared in single bytes, so the document cannot be in UTF-16: a label left over from another program.
    case "UTF-16", "UTF-16LE", "UTF-16BE", "UNICODE": return (.utf8, 0)
    case "GB18030", "GBK", "GB2312", "GB_2312-80", "CP936", "MS936", "WINDOWS-936", "X-GBK", "EUC-CN", "HZ-GB-2312":
      return (.gb18030, 0)
    default:
      throw XMLReadingError(
        .encoding, "the encoding it declares is not read: send UTF-8, UTF-16 or GB18030 (GBK, GB2312)",
        at: XMLLocation(line: 1, column: 1, path: "/"))
    }
  }

  /// The value of `encoding` in an XML declaration at the very start.
  private static func declared(_ bytes: [UInt8]) -> String? {
    let text = bytes[...].drop { isSpace($0) }
    guard text.starts(with: "<?xml".utf8), let end = place(of: "?>", in: text),
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

/// Turns a stream of bytes into UTF-8, piece by piece.
public final class Transcoder {
  private let descriptor: iconv_t
  private var rest: [UInt8] = []

  /// - Returns: nil for UTF-8, which needs none.
  public init?(from encoding: TextEncoding) {
    if encoding == .utf8 { return nil }
    descriptor = iconv_open("UTF-8", encoding.rawValue)
    if Int(bitPattern: descriptor) == -1 { return nil }
  }

  deinit { iconv_close(descriptor) }

  /// Appends the UTF-8 of `bytes` to `output`. A byte that is none of the encoding becomes U+FFFD and is counted: the message
  /// it stands in will show it.
  ///
  /// - Returns: how many bytes were unreadable.
  public func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8], isLast: Bool) -> Int {
    var input = rest + bytes
    rest = []
    var unreadable = 0
    var buffer = [CChar](repeating: 0, count: 16 << 10)
    let count = input.count
    input.withUnsafeMutableBytes { raw in
      guard let base = raw.baseAddress else { return }
      var position: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
      var left = count
      while left > 0 {
        let (result, code, written) = buffer.withUnsafeMutableBufferPointer { out in
          var target = out.baseAddress
          var room = out.count
          let result = iconv(descriptor, &position, &left, &target, &room)
          return (result, errno, out.count - room)
        }
        buffer.withUnsafeBytes { output.append(contentsOf: $0.prefix(written)) }
        if result != -1 { break }
        if code == E2BIG { continue }
        if code == EINVAL, !isLast {
          rest = Array(raw[(count - left)...])
          break
        }
        unreadable += 1
        output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        position = position.map { $0 + 1 }
        left -= 1
      }
    }
    return unreadable
  }
}
