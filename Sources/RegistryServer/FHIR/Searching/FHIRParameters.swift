import Registry
import Clinical
import Foundation

/// What a search asks (FHIR R4, 3.1.1): names with a modifier and a value, in their order. A name may stand several times.
struct FHIRParameters: Sendable {
  struct Parameter: Hashable, Sendable {
    /// Without its modifier.
    var name: String
    /// `exact` of `name:exact`.
    var modifier: String?
    var value: String

    /// Alternatives, one of which must hold. `\,` is a comma that belongs to a value.
    var alternatives: [String] { FHIRParameters.split(value, at: ",").map(FHIRParameters.unescaped) }
  }

  private(set) var all: [Parameter]

  init(_ all: [Parameter] = []) { self.all = all }

  /// - Parameter text: of a query, or a form.
  /// - Throws: `FHIRProblem` for what is no UTF-8, or more than anybody asks.
  init(_ text: some StringProtocol) throws(FHIRProblem) {
    all = []
    for field in text.split(separator: "&") {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(parts[0]), let value = parts.count > 1 ? Self.decoded(parts[1]) : "",
        all.count < Self.most
      else { throw FHIRProblem(.searchValue) }
      let words = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      // One without a value asks nothing.
      guard let bare = words.first, !bare.isEmpty, !value.isEmpty else { continue }
      all.append(Parameter(name: String(bare), modifier: words.count > 1 ? String(words[1]) : nil, value: value))
    }
  }

  private static let most = 100

  subscript(_ name: String) -> String? { all.first { $0.name == name }?.value }
  func values(of names: Set<String>) -> [Parameter] { all.filter { names.contains($0.name) } }
  mutating func add(_ others: FHIRParameters) { all += others.all }
  mutating func removeAll(where isSo: (Parameter) -> Bool) { all.removeAll(where: isSo) }
  mutating func append(_ name: String, _ value: String) { all.append(Parameter(name: name, value: value)) }

  /// As a query.
  var query: String {
    all.map { parameter in
      let name = parameter.name + (parameter.modifier.map { ":" + $0 } ?? "")
      return Self.encoded(name) + "=" + Self.encoded(parameter.value)
    }.joined(separator: "&")
  }

  static func split(_ text: String, at sign: Character) -> [String] {
    var parts = [""]
    var isEscaped = false
    for character in text {
      if !isEscaped, character == sign {
        parts.append("")
        continue
      }
      isEscaped = !isEscaped && character == "\\"
      parts[parts.count - 1].append(character)
    }
    return parts
  }

  static func unescaped(_ text: String) -> String {
    guard text.contains("\\") else { return text }
    var result = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        result.append(character)
        isEscaped = false
      }
    }
    return result
  }

  private static func decoded(_ text: some StringProtocol) -> String? {
    text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
  }

  private static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
  }

  /// RFC 3986, section 2.3, and what may stand in a query and means nothing in a form.
  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/,$|")
}
