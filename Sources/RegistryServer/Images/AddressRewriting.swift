import NIOCore

/// Puts the registry's own addresses in the place of an archive's in DICOM JSON, as it streams: Retrieve URL (0008,1190), `BulkDataURI`,
/// and whatever other value is an address with `/studies/UID` in it. All else stays byte for byte.
///
/// By what an archive is called from outside it may not go by itself: it writes `http://localhost:8042/…` behind its proxy.
struct AddressRewriting {
  /// `https://huren.example/dicom-web`.
  private let root: String
  /// What the archive is asked at: what begins so is its own, wherever it leads.
  private let archive: String

  private enum Place {
    case outside
    /// Of a string that cannot be an address, or not any more.
    case inString, escaped
    /// Of one that may be: what was read is held.
    case inAddress
  }

  private var place = Place.outside
  private var held: [UInt8] = []
  /// An address is shorter; what a string holds besides may be a picture.
  private static let longest = 2048

  init(root: String, archive: String) { (self.root, self.archive) = (root, archive) }

  mutating func rewrite(_ part: ByteBuffer) -> ByteBuffer {
    var written: [UInt8] = []
    written.reserveCapacity(part.readableBytes + 256)
    for byte in part.readableBytesView { take(byte, &written) }
    return ByteBuffer(bytes: written)
  }

  /// What is held when nothing more comes: of JSON that has an end, nothing.
  mutating func finish() -> ByteBuffer {
    defer { held = [] }
    return ByteBuffer(bytes: held)
  }

  private mutating func take(_ byte: UInt8, _ written: inout [UInt8]) {
    switch place {
    case .outside:
      written.append(byte)
      if byte == Self.quote { place = .inAddress }
    case .inString:
      written.append(byte)
      if byte == Self.backslash { place = .escaped } else if byte == Self.quote { place = .outside }
    case .escaped:
      written.append(byte)
      place = .inString
    case .inAddress:
      if byte == Self.quote, held.last != Self.backslash {
        written += rewritten() + [byte]
        held.removeAll(keepingCapacity: true)
        place = .outside
        return
      }
      held.append(byte)
      if held.count > Self.longest || !mayBeAddress {
        written += held
        held.removeAll(keepingCapacity: true)
        place = byte == Self.backslash ? .escaped : .inString
      }
    }
  }

  /// Whether what is held begins as an address does, as far as it goes; a slash may be escaped.
  private var mayBeAddress: Bool {
    if held.count > 12 { return true }
    let text = held.filter { $0 != Self.backslash }
    return Self.starts.contains { start in zip(start, text).allSatisfy { $0 == $1 } }
      && (held.isEmpty || held.last != Self.backslash || text.count >= 5)
  }

  private func rewritten() -> [UInt8] {
    guard let text = String(validating: held, as: UTF8.self)?.replacing("\\/", with: "/"), !text.contains("\\") else {
      return held
    }
    if text.hasPrefix(archive + "/") { return Array((root + text.dropFirst(archive.count)).utf8) }
    guard let found = text.ranges(of: "/studies/").last,
      text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(" ")
    else { return held }
    let behind = text[found.upperBound...]
    guard ImageUID(behind.prefix { $0 != "/" && $0 != "?" }) != nil else { return held }
    return Array((root + text[found.lowerBound...]).utf8)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")
  private static let starts = [Array("http://".utf8), Array("https://".utf8)]
}
