import Crypto
import Registry

/// Something that nobody can guess: 256 bits, told once, and known again by its digest alone.
struct Secret: Sendable {
  typealias Digest = SHA256.Digest

  /// Base64url, 43 characters.
  let text: String

  init() {
    var random = SystemRandomNumberGenerator()
    text = Base64URL.text((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
  }

  var digest: Digest { Self.digest(of: text) }

  static func digest(of text: some StringProtocol) -> Digest { SHA256.hash(data: Array(text.utf8)) }
}
