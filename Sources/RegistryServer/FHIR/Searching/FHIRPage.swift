import Clinical
import Crypto
import Foundation

/// Where the next page of a search begins: of the same state of the registry, so that the pages together are the whole, whatever is
/// written meanwhile. Sealed: an earlier state is for who was given it as a page, for an hour.
struct FHIRPage: Hashable, Sendable {
  var offset: Int
  /// What was recorded by then is in it.
  var knownAt: Instant
  /// When the search was made.
  var madeAt: Instant

  private static let longest: Int64 = 3_600_000

  /// Who may show it: for whom it was made, with the same question.
  private static func seal(_ text: String, _ question: String, _ key: SymmetricKey) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data((text + "\n" + question).utf8), using: key)
    return Array(code.prefix(16)).hex
  }

  /// - Parameter question: the account and all that was asked.
  func token(_ question: String, _ key: SymmetricKey) -> String {
    let text = "\(offset).\(knownAt.milliseconds).\(madeAt.milliseconds)"
    return text + "." + Self.seal(text, question, key)
  }

  /// - Returns: nil for one that was not given out for this, or is over.
  init?(_ token: String, _ question: String, _ key: SymmetricKey, now: Instant) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, let offset = Int(parts[0]), let knownAt = Int64(parts[1]), let madeAt = Int64(parts[2]),
      offset >= 0, now.milliseconds - madeAt <= Self.longest
    else { return nil }
    self.init(
      offset: offset, knownAt: Instant(milliseconds: knownAt), madeAt: Instant(milliseconds: madeAt))
    // Compared as digests, so that no time tells how much of it was right.
    guard SHA256.hash(data: Data(self.token(question, key).utf8)) == SHA256.hash(data: Data(token.utf8)) else {
      return nil
    }
  }

  init(offset: Int, knownAt: Instant, madeAt: Instant) {
    (self.offset, self.knownAt, self.madeAt) = (offset, knownAt, madeAt)
  }
}
