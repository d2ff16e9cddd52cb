import Clinical
import Crypto
import Foundation

/// Where the next page of a search begins: of the same state of the registry, so that the pages together are the whole, whatever is
/// written meanwhile. Sealed: an earlier state is for who was given it as a page, for an hour.
struct FHIRPage: Hashable, Sendable {
  var offset: Int
  /// How many there are: where something is withheld since, what follows is no page of that whole any more.
  var total: Int
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
    let text = "\(offset).\(total).\(knownAt.milliseconds).\(madeAt.milliseconds)"
    return text + "." + Self.seal(text, question, key)
  }

  /// - Returns: nil for one that was not given out for this, or is over.
  init?(_ token: String, _ question: String, _ key: SymmetricKey, now: Instant) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5, let offset = Int(parts[0]), let total = Int(parts[1]), let knownAt = Int64(parts[2]),
      let madeAt = Int64(parts[3]),
      offset >= 0, now.milliseconds - madeAt <= Self.longest
    else { return nil }
    self.init(
      offset: offset, total: total, knownAt: Instant(milliseconds: knownAt), madeAt: Instant(milliseconds: madeAt))
    // Compared as digests, so that no time tells how much of it was right.
    guard SHA256.hash(data: Data(self.token(question, key).utf8)) == SHA256.hash(data: Data(token.utf8)) else {
      return nil
    }
  }

  init(offset: Int, total: Int, knownAt: Instant, madeAt: Instant) {
    (self.offset, self.total, self.knownAt, self.madeAt) = (offset, total, knownAt, madeAt)
  }
}
