import RegistryStore

/// What a token is asked for, in the words of SMART (`system/Observation.rs`, `system/*.read`). A scope never gives more than the role
/// does, and what a role may not is not granted.
enum Scopes {
  /// The letters of SMART 2 (create, read, update, delete, search) that stand for what a role may.
  private static func letters(of role: Role) -> String {
    switch role {
    case .source: "c"
    case .orderEntry, .auditor: "rs"
    case .clinician, .resident, .reviewer, .operator: ""
    }
  }

  static let supported = ["system/*.c", "system/*.rs", "system/*.read", "system/*.write"]

  /// - Parameter asked: with spaces between; nil: all that the role may.
  /// - Returns: nil when nothing of it is granted.
  static func granted(_ asked: String?, to role: Role) -> String? {
    guard let asked else { return "system/*." + letters(of: role) }
    let granted = asked.split(separator: " ").compactMap { grant($0, letters(of: role)) }
    return granted.isEmpty ? nil : granted.joined(separator: " ")
  }

  private static func grant(_ scope: Substring, _ letters: String) -> String? {
    guard let slash = scope.firstIndex(of: "/"), scope[..<slash] == "system", let dot = scope.lastIndex(of: "."),
      slash < dot
    else { return nil }
    let resource = scope[scope.index(after: slash)..<dot]
    guard
      resource == "*" || !resource.isEmpty && resource.utf8.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A })
    else { return nil }
    let wanted = scope[scope.index(after: dot)...]
    let named: String
    switch wanted {
    case "read": named = "rs"
    case "write": named = "cud"
    case "*": named = "cruds"
    default:
      // In this order, each once at most.
      let order = "cruds"
      guard !wanted.isEmpty, wanted.allSatisfy(order.contains), wanted == order.filter(wanted.contains) else {
        return nil
      }
      named = String(wanted)
    }
    let given = named.filter(letters.contains)
    if given.isEmpty { return nil }
    return given == named ? String(scope) : scope[...dot] + given
  }
}
