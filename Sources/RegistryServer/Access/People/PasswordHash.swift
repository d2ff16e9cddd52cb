import Clinical
import Crypto
import CryptoExtras
import Foundation

/// A password's hash (scrypt, RFC 7914), with what it was computed with beside it: `$scrypt$ln=17,r=8,p=1$SALT$HASH`.
struct PasswordHash: Hashable, Sendable {
  /// What it costs to compute one: 128 · r · 2^ln bytes.
  struct Cost: Hashable, Sendable {
    var logRounds: Int
    var blockSize: Int
    var parallelism: Int

    /// 128 MB, a third of a second: what OWASP's password storage cheat sheet asks for.
    static let standard = Cost(logRounds: 17, blockSize: 8, parallelism: 1)
    /// More than this nobody wrote.
    fileprivate var isSane: Bool {
      (1...20).contains(logRounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
    }
  }

  var cost: Cost
  var salt: [UInt8]
  var hash: [UInt8]

  /// Of whom there is no password: takes as long as one, and is nobody's.
  static func ofNobody(_ cost: Cost) -> PasswordHash {
    PasswordHash(cost: cost, salt: [UInt8](repeating: 0, count: 16), hash: [])
  }

  init(of password: String, cost: Cost) throws {
    var random = SystemRandomNumberGenerator()
    self.cost = cost
    salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    hash = []
    hash = try compute(password)
  }

  private init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
    (self.cost, self.salt, self.hash) = (cost, salt, hash)
  }

  /// - Returns: nil for what is no hash of this form.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
      let match = parts[2].wholeMatch(of: /ln=(\d{1,2}),r=(\d{1,2}),p=(\d)/), let logRounds = Int(match.1),
      let blockSize = Int(match.2), let parallelism = Int(match.3),
      let salt = Hexadecimal.bytes(parts[3].utf8), let hash = Hexadecimal.bytes(parts[4].utf8)
    else { return nil }
    cost = Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism)
    guard cost.isSane else { return nil }
    (self.salt, self.hash) = (salt, hash)
  }

  var text: String {
    "$scrypt$ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)$\(salt.hex)$\(hash.hex)"
  }

  /// As it is typed on any keyboard (RFC 8265 asks for one normal form).
  private func compute(_ password: String) throws -> [UInt8] {
    let key = try KDF.Scrypt.deriveKey(
      from: Data(password.precomposedStringWithCanonicalMapping.utf8), salt: Data(salt), outputByteCount: 32,
      rounds: 1 << cost.logRounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
    return key.withUnsafeBytes { Array($0) }
  }

  /// In the same time whether it is or not.
  func matches(_ password: String) throws -> Bool {
    let computed = try compute(password)
    var difference = UInt8(hash.count == computed.count ? 0 : 1)
    for (a, b) in zip(hash, computed) { difference |= a ^ b }
    return difference == 0
  }
}
