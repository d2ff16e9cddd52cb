/// What an account may do; the service's table of routes says where.
public enum Role: String, Hashable, Sendable, CaseIterable, Codable {
  /// A client that sends messages of the institutions it is registered for, and nothing else.
  case source
  /// A client that asks for decisions and gives feedback, for its institution only.
  case orderEntry = "order-entry"
  /// A user who asks the same on the screen.
  case clinician
  /// A user tied to one person code: the own record.
  case resident
  /// A user who decides possible duplicates and disputes.
  case reviewer
  /// A user or a client: audits and events, no names and no values.
  case auditor
  /// A user: feeds, quarantine, mapping, reference data, accounts.
  case `operator`
}
