import Clinical
import Registry
import RegistryStore
import Synchronization

/// Tokens that clients sign themselves: assertions at the token endpoint (RFC 7523; SMART Backend Services) and those of CDS Hooks.
///
/// Nothing of a token says where a key is found: keys are those that an operator registered, and no address in a token is ever asked.
final class SignedTokens: Sendable {
  private struct Known: Sendable {
    let set: KeySet
    let keys: [KeySet.Key: VerifyingKey]
  }

  private let registry: Registry
  /// By what is registered. Making a key ready takes as long as verifying with it.
  private let known = Mutex<[String: Known]>([:])

  private static let mostKnown = 256
  /// Seconds that a token is good for at most.
  static let longestLife = 300.0
  /// Seconds that a clock elsewhere may be ahead.
  private static let leeway = 60.0

  init(_ registry: Registry) { self.registry = registry }

  /// The account that signed a token, which it cannot use again.
  ///
  /// - Parameters:
  ///   - audience: whom it must be for.
  ///   - needsSubject: whether it must say whom it is about; where it does, that is its issuer.
  /// - Throws: `TokenProblem`, or what reading the registry throws.
  func account(of text: String, for audience: String, needsSubject: Bool) async throws -> Account {
    let token = try JSONWebToken(text)
    let claims = token.claims
    guard let account = try registry.account(claims.iss), account.kind == .client else {
      throw TokenProblem.unknownIssuer
    }
    guard let keys = account.keys else { throw TokenProblem.noKeys }
    if let address = token.header.jku, address != account.keyAddress { throw TokenProblem.keyAddress }
    let known = try known(keys)
    guard let key = known.set.key(id: token.header.kid, for: token.algorithm), let verifying = known.keys[key] else {
      throw TokenProblem.unknownKey
    }
    guard verifying.isValid(token.signature, over: token.signed) else { throw TokenProblem.signature }
    if !account.isEnabled { throw TokenProblem.disabled }
    if needsSubject || claims.sub != nil, claims.sub != claims.iss { throw TokenProblem.subject }
    guard claims.aud.contains(audience) else { throw TokenProblem.audience }
    try Self.check(claims, at: Double(registry.now.milliseconds) / 1000)
    // It is not taken after this, so the mark can go some time after it.
    let expires = Instant(milliseconds: Int64((claims.exp + Self.leeway) * 1000))
    guard try await registry.useOnce("jti", account.name, claims.jti, expires: expires) else { throw TokenProblem.used }
    return account
  }

  private static func check(_ claims: JSONWebToken.Claims, at now: Double) throws(TokenProblem) {
    guard claims.exp > now else { throw .expired }
    for begin in [claims.iat, claims.nbf] {
      if let begin, begin > now + leeway { throw .notYet }
    }
    if claims.exp <= now + longestLife { return }
    // By a clock that is ahead of this one it is good for no longer.
    guard let issued = claims.iat, claims.exp <= issued + longestLife else { throw .tooLongLived }
  }

  private func known(_ canonical: String) throws -> Known {
    if let found = known.withLock({ $0[canonical] }) { return found }
    let set = try KeySet(canonical: canonical)
    let made = Known(
      set: set, keys: try Dictionary(uniqueKeysWithValues: set.keys.map { ($0, try VerifyingKey($0)) }))
    known.withLock { all in
      if all.count >= Self.mostKnown { all.removeAll() }
      all[canonical] = made
    }
    return made
  }
}
