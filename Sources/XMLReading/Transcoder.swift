internal import CLibXML2
import Glibc

/// Turns a stream of bytes into UTF-8, piece by piece.
public final class Transcoder {
  private let descriptor: iconv_t
  /// CP936 has the euro at 0x80, where GB18030 has nothing: only for what is declared, for nothing else would then be none of it.
  private var hasEuro: Bool
  private var rest: [UInt8] = []

  /// - Returns: nil for UTF-8, which needs none, and for what this machine's iconv has no table of.
  public init?(from encoding: TextEncoding) {
    if encoding == .utf8 || encoding.form == .unread { return nil }
    descriptor = iconv_open("UTF-8", encoding.table)
    if Int(bitPattern: descriptor) == -1 { return nil }
    hasEuro = encoding == .gb18030
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
        if hasEuro, raw[count - left] == 0x80 {
          output.append(contentsOf: [0xE2, 0x82, 0xAC])
        } else {
          unreadable += 1
          output.append(contentsOf: [0xEF, 0xBF, 0xBD])
        }
        position = position.map { $0 + 1 }
        left -= 1
      }
    }
    return unreadable
  }

  /// The UTF-8 of all of some bytes.
  ///
  /// - Returns: nil when one of them is none of the encoding.
  func whole(_ bytes: UnsafeBufferPointer<UInt8>, isDeclared: Bool) -> [UInt8]? {
    iconv(descriptor, nil, nil, nil, nil)
    let hadEuro = hasEuro
    hasEuro = hasEuro && isDeclared
    defer { hasEuro = hadEuro }
    rest = []
    var output: [UInt8] = []
    // Two bytes become at most three; a large array that grows would be there twice.
    output.reserveCapacity(bytes.count + bytes.count / 2 + 4)
    var start = 0
    repeat {
      let end = min(start + 1 << 20, bytes.count)
      let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
      if append(piece, to: &output, isLast: end == bytes.count) > 0 { return nil }
      start = end
    } while start < bytes.count
    return output
  }
}
