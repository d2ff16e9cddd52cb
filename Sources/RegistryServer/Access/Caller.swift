public import RegistryStore

/// Who asks: an account that has shown who it is.
public struct Caller: Hashable, Sendable {
  /// A client is a system, a user a person.
  public enum Kind: String, Hashable, Sendable {
    case client, user
  }

  /// The account's name.
  public var name: String
  public var kind: Kind
  public var role: Role
  /// Codes of the institutions it is registered for.
  public var institutions: Set<String>
  /// The code of the person that a resident is.
  public var person: String?
  /// What the token that was shown is for; nil for what shows an account as a whole: a certificate, a session, a JWT of its own.
  var scopes: GrantedScopes?
  /// Of a session whose change did not show its form token in the head: the form must carry it, or it is no change.
  var owedFormToken: String?

  /// Without what is owed.
  var shown: Caller {
    var caller = self
    caller.owedFormToken = nil
    return caller
  }

  public init(name: String, kind: Kind, role: Role, institutions: Set<String>, person: String? = nil) {
    self.name = name
    self.kind = kind
    self.role = role
    self.institutions = institutions
    self.person = person
  }
}
