import Clinical
import Foundation
import XMLReading

/// The forms in which resources are addressed (FHIR R4, 2.3.0.1 Literal References).
enum FHIRAddress {
  /// UUIDs are the same in either case (RFC 4122, 3); a version is no part of the address.
  static func normalized(_ address: String) -> String {
    if address.hasPrefix("urn:uuid:") { return address.lowercased() }
    guard let version = address.firstRange(of: "/_history/") else { return address }
    return String(address[..<version.lowerBound])
  }

  /// The address of an entry's own resource: its fullUrl, else its type and id.
  static func own(of resource: XMLElement, _ fullURL: String?) -> String? {
    if let fullURL { return normalized(fullURL) }
    return resource.value("id").map { resource.name + "/" + $0 }
  }

  /// `https://server/fhir/` of `https://server/fhir/Patient/1`.
  static func base(of address: String?) -> String? {
    guard let address, address.hasPrefix("http"), let id = address.lastIndex(of: "/"),
      let type = address[..<id].lastIndex(of: "/")
    else { return nil }
    return String(address[...type])
  }

  /// `Patient/1` of `https://server/fhir/Patient/1/_history/2` or `Patient/1`; nil for anything that names no type and id.
  static func local(_ address: String?) -> String? {
    guard let address else { return nil }
    let path = normalized(address)
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).suffix(2)
    guard parts.count == 2, let type = parts.first, let id = parts.last, type.first?.isUppercase ?? false,
      type.allSatisfy(\.isLetter), !id.isEmpty, !id.contains("?"), path.hasPrefix("http") || parts.startIndex == 0
    else { return nil }
    return type + "/" + id
  }

  /// `Patient` of `Patient/1`, `https://server/fhir/Patient/1` or `Patient?identifier=…`.
  static func type(_ address: String) -> String? {
    if let query = FHIRQuery(address) { return query.type }
    return local(address).flatMap { $0.split(separator: "/").first.map(String.init) }
  }
}

/// A conditional reference: `Organization?identifier=system|value` (FHIR R4, 3.1.0.11.4.2).
struct FHIRQuery {
  var type: String
  var system: String?
  var value: String

  init?(_ address: String) {
    guard let mark = address.firstIndex(of: "?") else { return nil }
    let path = address[..<mark]
    let name = path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path
    guard let first = name.first, first.isUppercase, name.allSatisfy(\.isLetter) else { return nil }
    let parameters = address[address.index(after: mark)...].split(separator: "&")
    guard let parameter = parameters.first(where: { $0.hasPrefix("identifier=") }) else { return nil }
    let token = String(parameter.dropFirst(11))
    let text = token.removingPercentEncoding ?? token
    let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.last ?? ""
    guard let value = Filler.value(value) else { return nil }
    type = String(name)
    system = parts.count > 1 ? Filler.value(parts[0]) : nil
    self.value = value
  }
}
