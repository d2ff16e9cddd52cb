public import Clinical
import Crypto
public import RegistryStore

/// What the service asks of accounts, at every request.
extension Registry {
  /// An account as it is now, enabled or not.
  public func account(_ name: String) throws -> Account? { try store.read { try $0.account(name) } }

  /// The account that a certificate is registered for.
  ///
  /// - Parameter digest: SHA-256 of the certificate in DER.
  public func account(certificate digest: [UInt8]) throws -> Account? {
    try store.read { try $0.account(certificate: digest) }
  }

  /// What a user shows who they are by.
  public func accountSecrets(_ name: String) throws -> AccountSecrets? {
    try store.read { try $0.accountSecrets(name) }
  }

  /// Takes what may be used once, so that nobody takes it again, also after the process has ended.
  ///
  /// - Parameters:
  ///   - parts: what it is, and whose.
  ///   - expires: when it is not taken any more in any case.
  /// - Returns: when that is on disk; false when it was used before.
  public func useOnce(_ parts: String..., expires: Instant) async throws -> Bool {
    var hash = SHA256()
    for part in parts { hash.update(data: Array("\(part.utf8.count):\(part)".utf8)) }
    let digest = Array(hash.finalize())
    // Whoever repeats one waits for no writer, and keeps none busy.
    if try store.read({ try $0.isUsed(digest) }) { return false }
    // A clock that is set back must not bring back what is forgotten.
    let forgotten = clock().adding(hours: -1)
    return try await writing.submit(to: store, isUrgent: true) { transaction in
      try transaction.forgetUsed(expiredBy: forgotten)
      return try transaction.use(digest, expires: expires)
    }
  }

  /// Sets a user's password and TOTP by the code they were given, which is void then.
  ///
  /// - Parameters:
  ///   - password: its hash.
  ///   - totp: the shared secret.
  /// - Returns: false when the code is not the user's, or not any more.
  public func enrol(_ name: String, code: String, password: String, totp: [UInt8]) async throws -> Bool {
    let digest = OneTimeCode.digest(of: code)
    return try await writing.submit(to: store) { [self] transaction in
      guard let account = try transaction.account(name),
        holds(digest, of: account, try transaction.accountSecrets(name))
      else { return false }
      _ = try keep(account, .enrol, by: name, transaction)
      try transaction.insert(
        AccountSecrets(account: name, password: password, totp: totp), recordedAt: transaction.recordedAt)
      return true
    }
  }

  /// Whether a code is the one that a user was given.
  public func isEnrolmentCode(_ code: String, of name: String) throws -> Bool {
    let digest = OneTimeCode.digest(of: code)
    return try store.read { snapshot in
      guard let account = try snapshot.account(name) else { return false }
      return holds(digest, of: account, try snapshot.accountSecrets(name))
    }
  }

  private func holds(_ digest: [UInt8], of account: Account, _ secrets: AccountSecrets?) -> Bool {
    guard account.kind == .user, account.isEnabled, let secrets, let code = secrets.code,
      let expires = secrets.codeExpires
    else { return false }
    return clock() < expires && code.elementsEqual(digest)
  }
}
