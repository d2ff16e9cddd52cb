internal import CLibXML2
import Glibc

extension TextEncoding {
  /// A text in this encoding.
  ///
  /// - Returns: nil where one of its characters is none of it, or this machine's iconv has no table of it.
  public func bytes(of text: String) -> [UInt8]? {
    if self == .utf8 { return Array(text.utf8) }
    if form == .unread { return nil }
    let descriptor = iconv_open(table, "UTF-8")
    if Int(bitPattern: descriptor) == -1 { return nil }
    defer { iconv_close(descriptor) }
    var input = Array(text.utf8)
    // No character of one byte needs more than four in any of them; a shift at the end needs a few.
    var output = [UInt8](repeating: 0, count: 4 * input.count + 16)
    let left = input.withUnsafeMutableBytes { from in
      output.withUnsafeMutableBytes { to -> Int? in
        var source: UnsafeMutablePointer<CChar>? = from.baseAddress?.assumingMemoryBound(to: CChar.self)
        var target: UnsafeMutablePointer<CChar>? = to.baseAddress?.assumingMemoryBound(to: CChar.self)
        var (unread, room) = (from.count, to.count)
        guard iconv(descriptor, &source, &unread, &target, &room) != -1 else { return nil }
        guard iconv(descriptor, nil, nil, &target, &room) != -1 else { return nil }
        return room
      }
    }
    return left.map { Array(output.dropLast($0)) }
  }
}
