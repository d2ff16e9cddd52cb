import Catalogue

/// Whose feed messages come in by: they are taken of these institutions alone, whomever else they name.
public struct FeedOwner: Hashable, Sendable, CustomStringConvertible {
  let institutions: Set<String>

  /// - Parameter institution: its code. It is taken for the source of messages that do not say.
  public init(_ institution: String) { institutions = [institution] }

  /// - Parameter institutions: their codes, at least one. Where there are several, a message must say which of them it is of.
  public init(among institutions: Set<String>) { self.institutions = institutions }

  /// Whose a message is that does not say; nil: it must.
  var assumed: String? { institutions.count == 1 ? institutions.first : nil }

  func permits(_ institution: String) -> Bool { institutions.contains(institution) }

  /// For figures: the institution, where it is one.
  public var description: String { assumed ?? "several" }

  /// As it is kept beside what lies in quarantine, so that trying again permits no more.
  var text: String { institutions.sorted().joined(separator: ";") }

  init(text: String) { institutions = Set(text.split(separator: ";").map(String.init)) }
}

extension Registry {
  /// - Throws: `RegistryError.unknownInstitution` for one that nobody knows, so that nothing could be taken of it.
  func expectKnown(_ owner: FeedOwner?, _ reference: LoadedReference) throws {
    guard let owner, !owner.institutions.contains(where: { reference.data.institutions[$0] != nil }) else { return }
    throw RegistryError.unknownInstitution(owner.text)
  }
}
