import Clinical
import Crypto
import Registry
import RegistryStore
import Synchronization

/// The tokens that `POST /oauth/token` gave out: in memory, by their digests. They end with the process; clients ask for others.
final class BearerTokens: Sendable {
  private struct Issued: Sendable {
    let account: String
    /// Those that it was asked for with: a client with other keys has lost these, and whoever found them.
    let keys: String?
    let scopes: GrantedScopes
    let expires: Instant
  }

  private let registry: Registry
  private let issued = Mutex<[Secret.Digest: Issued]>([:])

  /// Seconds.
  static let life = 300
  /// Of 200 bytes each.
  private static let most = 65_536

  init(_ registry: Registry) { self.registry = registry }

  /// A new token for an account.
  ///
  /// - Throws: `ServiceError.busy` when there are more than can be of use to anybody.
  func issue(to account: Account, _ scopes: GrantedScopes) throws(ServiceError) -> String {
    let secret = Secret()
    let now = registry.now
    let token = Issued(
      account: account.name, keys: account.keys, scopes: scopes,
      expires: Instant(milliseconds: now.milliseconds + Int64(Self.life) * 1000))
    let isFull = issued.withLock { all in
      if all.count >= Self.most { all = all.filter { $0.value.expires > now } }
      if all.count >= Self.most { return true }
      all[secret.digest] = token
      return false
    }
    if isFull { throw .busy }
    return secret.text
  }

  /// The account that a token was given to, as it is now, and what for; nil for any other token.
  func holder(of token: some StringProtocol) throws -> (account: Account, scopes: GrantedScopes)? {
    let digest = Secret.digest(of: token)
    guard let found = issued.withLock({ $0[digest] }) else { return nil }
    if found.expires <= registry.now {
      issued.withLock { $0[digest] = nil }
      return nil
    }
    guard let account = try registry.account(found.account), account.isEnabled, account.keys == found.keys else {
      return nil
    }
    return (account, found.scopes)
  }
}
