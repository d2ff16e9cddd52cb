import Registry
import RegistryStore

/// One scope of SMART Backend Services: a type of FHIR, and letters of SMART 2 (create, read, update, delete, search).
struct Scope: Hashable, Sendable, CustomStringConvertible {
  /// `Observation`; `*`: any.
  let resource: String
  /// Some of `cruds`, in this order.
  let letters: String

  private static let order = "cruds"

  /// - Parameter letters: of `cruds`, in this order.
  init(_ resource: String, _ letters: String) { (self.resource, self.letters) = (resource, letters) }

  /// - Returns: nil for what is none of a system's.
  init?(_ text: some StringProtocol) {
    guard let slash = text.firstIndex(of: "/"), text[..<slash] == "system", let dot = text.lastIndex(of: "."),
      slash < dot
    else { return nil }
    let resource = text[text.index(after: slash)..<dot]
    guard
      resource == "*" || !resource.isEmpty && resource.utf8.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A })
    else { return nil }
    let wanted = text[text.index(after: dot)...]
    switch wanted {
    case "read": letters = "rs"
    case "write": letters = "cud"
    case "*": letters = Self.order
    default:
      // Each once at most.
      guard !wanted.isEmpty, wanted.allSatisfy(Self.order.contains), wanted == Self.order.filter(wanted.contains)
      else { return nil }
      letters = String(wanted)
    }
    self.resource = String(resource)
  }

  var description: String { "system/\(resource).\(letters)" }

  /// Those of `cruds` that are among some, in this order.
  static func inOrder(_ letters: some Sequence<Character>) -> String { order.filter(Set(letters).contains) }
}

/// What routes are for, as the matrix names it. The question and what is answered to it are one: who may ask may say what became of it.
extension Scope {
  /// Messages of any dialect, one or many.
  static let sending = Scope("Bundle", "c")
  /// Results that can be recognised, and what became of them.
  static let results = Scope("Observation", "rs")
  /// A person's record.
  static let record = Scope("Patient", "rs")
  /// Of no person.
  static let figures = Scope("MeasureReport", "rs")
}

/// What a token was given for. Never more than the role may: what else is asked for is not granted.
struct GrantedScopes: Hashable, Sendable {
  /// As the token endpoint says it.
  let text: String
  private let scopes: [Scope]

  /// Those of the routes that a role may use. A person has a session, and no token.
  private static let byRole = Dictionary(
    uniqueKeysWithValues: Role.allowed(for: .client).map { role in
      (role, Set(Route.all.filter { $0.callers != .anybody && $0.permits(role) }.compactMap(\.scope)))
    })

  static let supported =
    ["system/*.c", "system/*.rs", "system/*.read", "system/*.write"]
    + Set(Route.all.compactMap(\.scope)).map(\.description).sorted()

  /// - Parameter asked: with spaces between; nil: all that the role may.
  /// - Returns: nil when nothing of it is granted.
  init?(asked: String?, by role: Role) {
    let own = Self.byRole[role] ?? []
    var (scopes, texts): ([Scope], [String]) = ([], [])
    for text in asked.map({ $0.split(separator: " ") }) ?? ["system/*.*"] {
      guard let wanted = Scope(text) else { continue }
      let ofType = own.filter { wanted.resource == "*" || wanted.resource == $0.resource }
      let letters = Scope.inOrder(Set(ofType.flatMap(\.letters)).intersection(wanted.letters))
      if letters.isEmpty { continue }
      let granted = Scope(wanted.resource, letters)
      scopes.append(granted)
      texts.append(granted == wanted ? String(text) : granted.description)
    }
    if scopes.isEmpty { return nil }
    (self.scopes, text) = (scopes, texts.joined(separator: " "))
  }

  /// Whether they are for something: each letter by one of them (SMART 2.2, "Scope Equivalence").
  func cover(_ needed: Scope) -> Bool {
    let ofType = scopes.filter { $0.resource == "*" || $0.resource == needed.resource }
    return Set(needed.letters).isSubset(of: Set(ofType.flatMap(\.letters)))
  }
}
