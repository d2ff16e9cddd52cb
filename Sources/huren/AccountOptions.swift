public import ArgumentParser
import Clinical
import Foundation
import Registry
import RegistryServer
public import RegistryStore

/// Who changes an account: it is kept for ever.
struct ActorOptions: ParsableArguments {
  @Option(help: "Who does it. Default: the name you are signed in by at this machine.")
  var actor: String?

  var name: String { actor ?? NSUserName() }
}

/// What a client is known by.
struct CredentialOptions: ParsableArguments {
  @Option(help: "Its public keys: a file with a JWK set. EC P-384 for ES384, RSA of 2048 bits or more for RS384.")
  var jwks: String?
  @Option(help: "Its certificate for TLS: a file in PEM or DER.")
  var certificate: String?
  @Option(help: "Where its tokens say that the keys lie (jku). It is never asked, only compared.")
  var jku: String?

  func keys() throws -> KeySet? {
    guard let jwks else { return nil }
    let keys = try KeySet(jwks: Self.bytes(jwks))
    for note in keys.notes { Output.note("note: \(note)") }
    return keys
  }

  /// SHA-256.
  func certificateDigest() throws -> [UInt8]? {
    try certificate.map { try ClientCertificate(file: Self.bytes($0)).digest }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw RegistryError.unreadable(path: path) }
    return Array(data)
  }
}

extension Role: ExpressibleByArgument {}

extension StoreOptions {
  /// An account as it was changed; the code of a user, which is told this once.
  func answer(_ account: AccountView) throws {
    if format == .json { return try Output.answer(json: account) }
    Output.answer(account.text)
    guard let code = account.code, let expires = account.codeExpires else { return }
    Output.answer("one-time code: \(code)")
    Output.note("told this once, good until \(expires): with it the user sets a password and TOTP at POST /enrol")
  }

  func list(_ kind: Account.Kind) throws {
    let accounts = try open().accounts(kind)
    if format == .json { return try Output.answer(json: accounts) }
    for account in accounts { Output.answer(account.text) }
    if accounts.isEmpty { Output.answer("no \(kind.rawValue) is registered: `huren \(kind.rawValue) add` does it") }
  }

  func set(_ name: String, _ kind: Account.Kind, enabled: Bool, by actor: ActorOptions) throws {
    try answer(try open().setAccount(name, kind, enabled: enabled, by: actor.name))
  }
}
