import Clinical
import Crypto
import RegistryStore

/// How events refer to words that may name a patient, and to other short values: by a digest that only this registry's key makes. What is
/// short is guessed from a bare digest by trying; when the words are erased, nothing of them is left.
extension StoreSnapshot {
  func keyedDigest(_ words: String) throws -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Array(words.utf8), using: SymmetricKey(data: try digestKey()))
    return Registry.keyed + Array(code).hex
  }

  /// Whether a digest, also one of an earlier version that used no key, is of these words.
  func isDigest(_ digest: String?, of words: String) throws -> Bool {
    guard let digest else { return false }
    return digest == (digest.hasPrefix(Registry.keyed) ? try keyedDigest(words) : Registry.bareDigest(words))
  }
}

extension Registry {
  /// What a digest begins with that a key was used for.
  static let keyed = "hmac-sha-256:"

  /// As earlier versions referred to words.
  static func bareDigest(_ words: String) -> String { SHA256.hash(data: Array(words.utf8)).hex }
}
