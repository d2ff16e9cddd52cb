import Catalogue
public import Clinical
import Crypto
import Foundation
public import RegistryStore

/// An account as it is listed. No secret is in it.
public struct AccountView: Encodable, Sendable {
  public struct Key: Encodable, Sendable {
    public var kid: String?
    public var alg: String
    /// RFC 7638.
    public var thumbprint: String
  }

  public var name: String
  public var kind: String
  public var role: String
  public var institutions: [String]
  public var person: String?
  public var keys: [Key]
  public var jku: String?
  /// SHA-256, in hexadecimal.
  public var certificate: String?
  public var enabled: Bool
  /// Of the chain: what it is so by.
  public var event: String
  /// Of a new or reset user, once: sets password and TOTP.
  public var code: String?
  /// Until when the code is good.
  public var codeExpires: String?

  init(_ account: Account) throws {
    name = account.name
    kind = account.kind.rawValue
    role = account.role.rawValue
    institutions = account.institutions
    person = account.person
    keys =
      try account.keys.map { text in
        try KeySet(canonical: text).keys.map { Key(kid: $0.id, alg: $0.algorithm.rawValue, thumbprint: $0.thumbprint) }
      } ?? []
    jku = account.keyAddress
    certificate = account.certificate?.hex
    enabled = account.isEnabled
    event = account.event
  }

  /// As a line for people.
  public var text: PrintedText {
    let shown =
      keys.map { "\($0.alg) \($0.kid ?? $0.thumbprint)" } + (certificate.map { ["certificate \($0.prefix(16))"] } ?? [])
    let about = institutions + (person.map { ["person \($0)"] } ?? [])
    return .row(
      "\(name)", "\(role)", "\(about.joined(separator: " "))", "\(shown.joined(separator: ", "))",
      "\(enabled ? "enabled" : "disabled")")
  }
}

extension Role {
  /// The roles that a client or a user may have (service.md, "Who may").
  public static func allowed(for kind: Account.Kind) -> [Role] {
    switch kind {
    case .client: [.source, .orderEntry, .auditor]
    case .user: [.clinician, .resident, .reviewer, .auditor, .operator]
    }
  }

  /// Whether it acts for an institution, and is nothing without one.
  var needsInstitution: Bool { [.source, .orderEntry, .clinician].contains(self) }
}

/// What of an account is put in place of what it had; nil: it stays.
public struct AccountReset: Sendable {
  public var institutions: [String]?
  public var keys: KeySet?
  public var keyAddress: String?
  public var certificate: [UInt8]?

  public init(
    institutions: [String]? = nil, keys: KeySet? = nil, keyAddress: String? = nil, certificate: [UInt8]? = nil
  ) {
    (self.institutions, self.keys, self.keyAddress, self.certificate) = (institutions, keys, keyAddress, certificate)
  }
}

extension Registry {
  /// For how long a new user's code is good.
  private static let codeHours = 72

  /// Registers a client or a user.
  ///
  /// - Parameter actor: the operator.
  /// - Throws: `RegistryError` for a name that is taken, a role its kind may not have, and what is missing or not known.
  public func addAccount(_ new: Account, by actor: String) throws -> AccountView {
    try store.write { transaction in
      if try transaction.account(new.name) != nil { throw RegistryError.accountExists }
      var account = new
      account.isEnabled = true
      account.institutions = Set(new.institutions).sorted()
      try validate(account, transaction)
      return try view(of: keep(account, .add, by: try named(actor), transaction), withCode: true, transaction)
    }
  }

  /// The accounts of a kind, by name.
  public func accounts(_ kind: Account.Kind) throws -> [AccountView] {
    try store.read { try $0.accounts().filter { $0.kind == kind }.map { try AccountView($0) } }
  }

  /// Lets an account in, or keeps it out from now on.
  ///
  /// - Throws: `RegistryError.unknownAccount`.
  public func setAccount(_ name: String, _ kind: Account.Kind, enabled: Bool, by actor: String) throws -> AccountView {
    try store.write { transaction in
      var account = try known(name, kind, transaction)
      if account.isEnabled == enabled { return try AccountView(account) }
      account.isEnabled = enabled
      return try AccountView(keep(account, enabled ? .enable : .disable, by: try named(actor), transaction))
    }
  }

  /// Puts new keys, a new certificate or other institutions in place of those it had; of a user, what they signed in with is void, and
  /// there is a new code.
  ///
  /// - Throws: `RegistryError.unknownAccount`, and what `addAccount` does.
  public func resetAccount(
    _ name: String, _ kind: Account.Kind, _ reset: AccountReset, by actor: String
  ) throws -> AccountView {
    try store.write { transaction in
      var account = try known(name, kind, transaction)
      // Keys and certificate go together: what is not given again is what was lost.
      if reset.keys != nil || reset.certificate != nil {
        (account.keys, account.certificate) = (reset.keys?.canonical, reset.certificate)
        account.keyAddress = reset.keyAddress
      }
      if let institutions = reset.institutions { account.institutions = Set(institutions).sorted() }
      try validate(account, transaction)
      return try view(of: keep(account, .reset, by: try named(actor), transaction), withCode: true, transaction)
    }
  }

  private func named(_ actor: String) throws(RegistryError) -> String {
    guard let actor = actor.nonBlank else { throw .actorNeeded }
    return actor
  }

  private func known(_ name: String, _ kind: Account.Kind, _ transaction: any StoreTransaction) throws -> Account {
    guard let account = try transaction.account(name), account.kind == kind else {
      throw RegistryError.unknownAccount(kind)
    }
    return account
  }

  private func validate(_ account: Account, _ transaction: any StoreTransaction) throws {
    guard (1...200).contains(account.name.utf8.count), account.name.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else {
      throw RegistryError.unusableAccountName
    }
    guard Role.allowed(for: account.kind).contains(account.role) else {
      throw RegistryError.roleNotOfKind(account.kind)
    }
    if account.institutions.isEmpty, account.role.needsInstitution { throw RegistryError.institutionsNeeded }
    if !account.institutions.isEmpty {
      let known = try reference(transaction, knownAt: nil).data.institutions
      for code in account.institutions where known[code] == nil { throw RegistryError.unknownInstitution(code) }
    }
    guard (account.person != nil) == (account.role == .resident) else { throw RegistryError.personOfResident }
    if let person = account.person, try !transaction.hasPerson(person) { throw RegistryError.unknownPerson }
    let isShown = account.keys != nil || account.certificate != nil
    guard isShown == (account.kind == .client) else { throw RegistryError.credentialsNeeded }
    if let certificate = account.certificate, let other = try transaction.account(certificate: certificate),
      other.name != account.name
    {
      throw RegistryError.certificateOfAnother
    }
  }

  private func view(
    of account: Account, withCode: Bool, _ transaction: any StoreTransaction
  ) throws -> AccountView {
    var view = try AccountView(account)
    guard account.kind == .user else { return view }
    let code = OneTimeCode()
    let expires = transaction.recordedAt.adding(hours: Self.codeHours)
    try transaction.insert(
      AccountSecrets(account: account.name, code: code.digest, codeExpires: expires),
      recordedAt: transaction.recordedAt)
    (view.code, view.codeExpires) = (code.text, try zone(transaction).rfc3339(expires))
    return view
  }
}

/// What a new user sets password and TOTP by: 125 bits, in characters that are not mistaken for each other.
struct OneTimeCode {
  let text: String

  private static let characters = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

  init() {
    var random = SystemRandomNumberGenerator()
    let groups = (0..<5).map { _ in
      String(decoding: (0..<5).map { _ in Self.characters[Int.random(in: 0..<32, using: &random)] }, as: UTF8.self)
    }
    text = groups.joined(separator: "-")
  }

  var digest: [UInt8] { Self.digest(of: text) }

  /// However it is typed.
  static func digest(of text: String) -> [UInt8] {
    let typed = text.uppercased().utf8.filter { characters.contains($0) }
    return Array(SHA256.hash(data: Array(typed)))
  }
}
