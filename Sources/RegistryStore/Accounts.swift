public import Clinical

/// Who may ask: a client or a user, as an operator registered it. No secret is in it.
public struct Account: Hashable, Sendable {
  /// A client is a system, a user a person.
  public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
    case client, user
  }

  public var name: String
  public var kind: Kind
  public var role: Role
  /// Codes of the institutions it is registered for, in order.
  public var institutions: [String]
  /// The code of the person that a resident is.
  public var person: String?
  /// The public keys that its tokens are signed with: a JWK set (RFC 7517) in its canonical form.
  public var keys: String?
  /// Where its tokens may say that the keys lie (`jku`). It is never asked.
  public var keyAddress: String?
  /// SHA-256 of the certificate, in DER, by which TLS knows it.
  public var certificate: [UInt8]?
  public var isEnabled: Bool
  /// The event of the chain that it is so by.
  public var event: String

  public init(
    name: String, kind: Kind, role: Role, institutions: [String], person: String? = nil, keys: String? = nil,
    keyAddress: String? = nil, certificate: [UInt8]? = nil, isEnabled: Bool = true, event: String = ""
  ) {
    self.name = name
    self.kind = kind
    self.role = role
    self.institutions = institutions
    self.person = person
    self.keys = keys
    self.keyAddress = keyAddress
    self.certificate = certificate
    self.isEnabled = isEnabled
    self.event = event
  }
}

/// What a user shows who they are by. To be told nobody.
public struct AccountSecrets: Hashable, Sendable {
  public var account: String
  /// The hash of the password, with what it was computed with (`$scrypt$…`).
  public var password: String?
  /// The shared secret of the one-time passwords (RFC 6238).
  public var totp: [UInt8]?
  /// SHA-256 of the code by which password and TOTP are set, once.
  public var code: [UInt8]?
  /// Until when that code is good.
  public var codeExpires: Instant?

  public init(
    account: String, password: String? = nil, totp: [UInt8]? = nil, code: [UInt8]? = nil, codeExpires: Instant? = nil
  ) {
    self.account = account
    self.password = password
    self.totp = totp
    self.code = code
    self.codeExpires = codeExpires
  }
}

/// What a snapshot tells of accounts.
public protocol AccountsReading {
  /// As it is now; nil when there never was one of this name.
  func account(_ name: String) throws -> Account?

  /// The account that a certificate is registered for.
  func account(certificate digest: [UInt8]) throws -> Account?

  /// All of them, by name.
  func accounts() throws -> [Account]

  /// As they are now.
  func accountSecrets(_ account: String) throws -> AccountSecrets?

  /// Whether what may be used once was used, and is not forgotten yet.
  ///
  /// - Parameter digest: SHA-256 of what it is and whose.
  func isUsed(_ digest: [UInt8]) throws -> Bool
}

/// What a writer does to accounts: a change is a state of its own, those before it stay.
public protocol AccountsWriting {
  func insert(_ account: Account, recordedAt: Instant) throws

  func insert(_ secrets: AccountSecrets, recordedAt: Instant) throws

  /// Marks what may be used once as used.
  ///
  /// - Parameter expires: when nobody takes it any more, used or not, so that it can be forgotten.
  /// - Returns: false when it was used before.
  func use(_ digest: [UInt8], expires: Instant) throws -> Bool

  /// Forgets what was used and had expired by a moment.
  func forgetUsed(expiredBy moment: Instant) throws
}
