public import Clinical
import Foundation
import RegistryStore

/// What `huren audit event` answers to an event about an account: who did what, and what the account is since. No secret is in it.
public struct AccountTrail: Encodable, Sendable {
  /// Its place in the chain, counted from 1.
  public var place: Int64
  public var recordedAt: String
  public var event: String
  /// `add`, `disable`, `enable`, `reset`, `enrol`.
  public var act: String
  public var at: String
  /// The operator; of `enrol` the user.
  public var by: String
  public var account: String
  /// `client` or `user`.
  public var kind: String
  public var role: String
  public var institutions: [String]
  /// Of a resident the person's code.
  public var person: String?
  /// Thumbprints of keys (RFC 7638).
  public var keys: [String]
  public var keyAddress: String?
  /// SHA-256, in hexadecimal.
  public var certificate: String?
  public var enabled: Bool

  /// As lines for people.
  public var text: PrintedText {
    var lines: [PrintedText] = [
      .row("\(place)", "\(act) of \(kind) \(account) by \(by) at \(at), recorded \(recordedAt)"),
      "\t\(role), \(enabled ? "enabled" : "disabled")",
    ]
    if !institutions.isEmpty { lines.append("\tfor \(institutions.joined(separator: ", "))") }
    if let person { lines.append("\tof person \(person)") }
    for key in keys { lines.append("\tkey \(key)") }
    if let keyAddress { lines.append("\tkeys at \(keyAddress)") }
    if let certificate { lines.append("\tcertificate \(certificate)") }
    return lines.joined(separator: "\n")
  }
}

extension Registry {
  /// An event about an account; nil when none has the id.
  public func accountTrail(_ id: String) throws -> AccountTrail? {
    try store.read { transaction in
      guard let (place, recordedAt, event) = try transaction.event(id), event.kind == AccountEvent.eventKind else {
        return nil
      }
      guard let told = try? JSONDecoder().decode(AccountEvent.self, from: Data(event.body.utf8)) else {
        throw RegistryError.unreadableEvent(id, place: place)
      }
      let zone = try zone(transaction)
      return AccountTrail(
        place: place, recordedAt: zone.rfc3339(recordedAt), event: id, act: told.act.rawValue,
        at: zone.rfc3339(event.at), by: told.actor, account: told.account, kind: told.kind.rawValue,
        role: told.role.rawValue, institutions: told.institutions, person: told.person, keys: told.keys,
        keyAddress: told.keyAddress, certificate: told.certificate, enabled: told.enabled)
    }
  }
}
