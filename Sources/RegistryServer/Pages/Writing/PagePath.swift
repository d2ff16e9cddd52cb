import HTTPTypes

/// A path of this service, with what it may ask: its parts are escaped. No identifier of a person is put into one but the registry's code.
struct PagePath: Hashable, Sendable {
  private(set) var text: String

  /// - Parameter parts: `("clinician", "patients", code)`.
  init(_ parts: String...) { text = "/" + parts.map(Self.escaped).joined(separator: "/") }

  /// A path as it was asked for.
  init(asked path: String) { text = path.hasPrefix("/") && !path.hasPrefix("//") ? path : "/" }

  /// A page of the matrix, without what it asks; nil for anything else, so that nobody is led elsewhere.
  init?(page path: String) {
    guard path.utf8.count <= 200, !path.contains("//"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C }),
      Route.ofPages.contains(where: { $0.isPage && $0.method == .get && $0.isAt(path) })
    else { return nil }
    text = path
  }

  func part(_ parts: String...) -> PagePath { added(parts.map { "/" + Self.escaped($0) }.joined()) }

  func asking(_ name: String, _ value: some CustomStringConvertible) -> PagePath {
    added((text.contains("?") ? "&" : "?") + Self.escaped(name) + "=" + Self.escaped(value.description))
  }

  func at(_ fragment: String) -> PagePath { added("#" + Self.escaped(fragment)) }

  private func added(_ more: String) -> PagePath {
    var path = self
    path.text += more
    return path
  }

  private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

  private static func escaped(_ part: String) -> String {
    // A part of dots alone is a way up.
    if part == "." || part == ".." { return part.replacing(".", with: "%2E") }
    var escaped = ""
    for byte in part.utf8 {
      if unreserved.contains(byte) {
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        escaped += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return escaped
  }
}
