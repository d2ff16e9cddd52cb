/// For whom a list or a certificate holds: `national`, `region:<prefix>`, `agreement:<name>`, `alliance:<code>`.
public struct Scope: Hashable, Sendable {
  private enum Reach: Hashable {
    case everywhere
    /// An ordering institution whose region begins with one of these.
    case regions([String])
    /// Source or performer and ordering institution belong to it.
    case alliance(String)
  }

  /// As written in the table.
  public let text: String
  private let reach: Reach

  /// - Parameter agreements: the region prefixes of each agreement.
  /// - Returns: nil when the text is no scope or names an unknown agreement.
  init?(_ text: String, agreements: [String: [String]]) {
    self.text = text
    if text == "national" {
      reach = .everywhere
      return
    }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = String(text[text.index(after: colon)...])
    guard !name.isEmpty else { return nil }
    switch text[..<colon] {
    case "region":
      guard name.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      reach = .regions([name])
    case "agreement":
      guard let prefixes = agreements[name] else { return nil }
      reach = .regions(prefixes)
    case "alliance": reach = .alliance(name)
    default: return nil
    }
  }

  /// Whether it covers a source or performer and the ordering institution.
  ///
  /// - Parameter institution: nil for one the catalogue does not know.
  public func covers(_ institution: Institution?, _ ordering: Institution) -> Bool {
    switch reach {
    case .everywhere: true
    case .regions(let prefixes): prefixes.contains { ordering.region.utf8.starts(with: $0.utf8) }
    case .alliance(let code): ordering.alliances.contains(code) && institution?.alliances.contains(code) == true
    }
  }

  /// Whether it reaches at least as far as another.
  func includes(_ other: Scope) -> Bool {
    switch (reach, other.reach) {
    case (.everywhere, _): true
    case (.regions(let own), .regions(let others)):
      others.allSatisfy { region in own.contains { region.utf8.starts(with: $0.utf8) } }
    case (.alliance(let own), .alliance(let code)): own == code
    default: false
    }
  }
}

extension Scope {
  /// Everybody.
  static let national = Scope()

  private init() {
    text = "national"
    reach = .everywhere
  }
}
