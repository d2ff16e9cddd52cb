import Glibc

/// Addresses that begin alike: `10.1.0.0/16`, `fd00::/8`, or one address alone.
public struct Network: Hashable, Sendable {
  private let address: [UInt8]
  private let bits: Int

  /// - Returns: nil for what is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = Self.bytes(of: String(parts[0])) else { return nil }
    var bits = address.count * 8
    if parts.count == 2 {
      guard let given = Int(parts[1]), (0...bits).contains(given) else { return nil }
      bits = given
    }
    (self.address, self.bits) = (address, bits)
  }

  public func contains(_ text: String) -> Bool {
    guard let other = Self.bytes(of: text), other.count == address.count else { return false }
    let whole = bits / 8
    guard other[..<whole] == address[..<whole] else { return false }
    if bits % 8 == 0 { return true }
    let mask = UInt8(truncatingIfNeeded: 0xFF00 >> (bits % 8))
    return other[whole] & mask == address[whole] & mask
  }

  /// An IPv4 address in the clothes of IPv6 (`::ffff:10.1.2.3`), as a socket of both tells it, is one of IPv4.
  private static func bytes(of text: String) -> [UInt8]? {
    var four = [UInt8](repeating: 0, count: 4)
    if inet_pton(AF_INET, text, &four) == 1 { return four }
    var six = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    return six.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) ? Array(six[12...]) : six
  }
}
