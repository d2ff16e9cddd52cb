import Clinical
import Crypto
import Foundation
import RegistryStore

/// What was made of an account, as an event of the chain: all that it is since. No secret is in it.
struct AccountEvent: Codable, Hashable {
  enum Act: String, Codable {
    case add, disable, enable, reset
    /// A user has set password and TOTP by the code they were given.
    case enrol
  }

  var act: Act
  /// Who did it: an operator, or of `enrol` the user.
  var actor: String
  var account: String
  var kind: Account.Kind
  var role: Role
  var institutions: [String]
  var person: String?
  /// Thumbprints (RFC 7638), in the order of the set.
  var keys: [String]
  var keyAddress: String?
  /// SHA-256, in hexadecimal.
  var certificate: String?
  var enabled: Bool

  static let eventKind = "account"

  /// - Throws: `RegistryError.unusableKeys` for keys that were never registered.
  init(_ act: Act, _ account: Account, by actor: String) throws {
    self.act = act
    self.actor = actor
    self.account = account.name
    kind = account.kind
    role = account.role
    institutions = account.institutions
    person = account.person
    keys = try account.keys.map { try KeySet(canonical: $0).keys.map(\.thumbprint) } ?? []
    keyAddress = account.keyAddress
    certificate = account.certificate?.hex
    enabled = account.isEnabled
  }

  /// Told by what it says and where in the chain it stands.
  static func eventID(_ body: String, previous: [UInt8]) -> String {
    "account:" + Array(SHA256.hash(data: previous + Array(body.utf8))).prefix(6).hex
  }
}

extension Registry {
  /// Keeps an account's new state with its event.
  ///
  /// - Returns: the account as it is kept.
  func keep(
    _ account: Account, _ act: AccountEvent.Act, by actor: String, _ transaction: any StoreTransaction
  ) throws -> Account {
    let body = try Registry.eventBody(AccountEvent(act, account, by: actor))
    let previous = try transaction.lastEventDigest() ?? Registry.chainStart
    var account = account
    account.event = AccountEvent.eventID(body, previous: previous)
    try transaction.append(
      Event(
        id: account.event, kind: AccountEvent.eventKind, decisionID: nil, at: transaction.recordedAt, body: body))
    try transaction.insert(account, recordedAt: transaction.recordedAt)
    return account
  }

  /// Every account is what the last event about it says.
  func checkAccounts(_ transaction: any StoreSnapshot, _ problems: inout [String]) throws {
    var last: [String: AccountEvent] = [:]
    for event in try transaction.events(kind: AccountEvent.eventKind) {
      let told = try? JSONDecoder().decode(AccountEvent.self, from: Data(event.body.utf8))
      if let told { last[told.account] = told }
    }
    let accounts = try transaction.accounts()
    for account in accounts {
      let told = last[account.name]
      let now = try? told.map { try AccountEvent($0.act, account, by: $0.actor) }
      if told == nil || now != told {
        problems.append("an account is not what the last event about it says: \(account.name)")
      }
    }
    if last.count > accounts.count { problems.append("events tell of accounts that are not there") }
  }
}
