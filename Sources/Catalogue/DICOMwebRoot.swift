/// The root of an archive's DICOMweb services, to which `/studies/…` is added (DICOM PS3.18, section 8.2).
///
/// Pictures of patients cross no network in the clear: it begins with `https://`, but for an archive, or a tunnel to one, on this machine.
public struct DICOMwebRoot: Hashable, Sendable {
  /// Without a slash at its end.
  public let address: String

  /// - Returns: nil for what is no such address: another scheme, a user, a query, a fragment, dots for parts of the path.
  public init?(_ text: String) {
    let (scheme, rest): (String, Substring)
    if text.hasPrefix("https://") {
      (scheme, rest) = ("https", text.dropFirst(8))
    } else if text.hasPrefix("http://") {
      (scheme, rest) = ("http", text.dropFirst(7))
    } else {
      return nil
    }
    guard rest.utf8.allSatisfy(Self.isTaken) else { return nil }
    let authority = rest.prefix { $0 != "/" }
    guard let host = Self.host(of: authority), scheme == "https" || Self.loopback.contains(host) else { return nil }
    let parts = rest.dropFirst(authority.count).split(separator: "/")
    if parts.contains(".") || parts.contains("..") { return nil }
    address = ([scheme + "://" + authority] + parts.map(String.init)).joined(separator: "/")
  }

  /// - Returns: nil where it is none, or has a port that is none.
  private static func host(of authority: Substring) -> String? {
    let end: Substring.Index
    if authority.hasPrefix("[") {
      guard let bracket = authority.firstIndex(of: "]") else { return nil }
      end = authority.index(after: bracket)
    } else {
      end = authority.firstIndex(of: ":") ?? authority.endIndex
    }
    let (host, port) = (authority[..<end], authority[end...])
    if !port.isEmpty {
      guard port.first == ":", port.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }),
        let number = Int(port.dropFirst()), (1...65535).contains(number)
      else { return nil }
    }
    return host.isEmpty ? nil : host.lowercased()
  }

  private static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

  /// Characters of a host, a port or a path, nothing that would need to be escaped.
  private static func isTaken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: Array("-._~/:[]!$&'()*+,;=".utf8).contains(byte)
    }
  }
}
