import Clinical
import Crypto

/// One-time passwords of the clock (RFC 6238): six digits of HMAC-SHA-1 every 30 seconds, as authenticators have them.
struct OneTimePassword: Sendable {
  let secret: [UInt8]

  static let seconds: Int64 = 30

  init(secret: [UInt8]) { self.secret = secret }

  /// A new one, of 160 bits (RFC 4226, section 4, R6).
  init() {
    var random = SystemRandomNumberGenerator()
    secret = (0..<20).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }

  /// RFC 4226, section 5.3.
  func code(step: Int64) -> String {
    let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * $0)) }
    let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
    let offset = Int(mac[19] & 15)
    let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let digits = String(number % 1_000_000)
    return String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// The step that a code is of: the clock's, the one before or the one after.
  func step(of code: String, at moment: Instant) -> Int64? {
    let now = moment.milliseconds / 1000 / Self.seconds
    let typed = String(code.filter { $0 != " " })
    // All three are computed, whichever it is.
    return [now, now - 1, now + 1].filter { self.code(step: $0) == typed }.first
  }

  /// As authenticators read it from a picture (Key URI Format).
  func address(for account: String) -> String {
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    // A colon parts it from the issuer, and some apps take no other, however it is written.
    let name = account.replacing(":", with: "-").utf8.map {
      unreserved.contains($0) ? String(UnicodeScalar($0)) : "%" + [$0].hex.uppercased()
    }
    return
      "otpauth://totp/Huren:\(name.joined())?secret=\(base32)&issuer=Huren&algorithm=SHA1&digits=6&period=\(Self.seconds)"
  }

  /// RFC 4648, section 6, without padding.
  var base32: String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    var (text, held, bits): ([UInt8], UInt32, UInt32) = ([], 0, 0)
    for byte in secret {
      held = held << 8 | UInt32(byte)
      bits += 8
      while bits >= 5 {
        bits -= 5
        text.append(digits[Int(held >> bits & 31)])
      }
      held &= 1 << bits - 1
    }
    if bits > 0 { text.append(digits[Int(held << (5 - bits) & 31)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
