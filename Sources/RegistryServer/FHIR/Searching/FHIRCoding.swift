import Foundation
import Catalogue
import Clinical

/// A code with its system, as resources tell it and searches ask for it.
struct FHIRCoding: Hashable, Sendable {
  var system: String?
  var code: String
  var display: String?

  init(_ system: String?, _ code: String, _ display: String? = nil) {
    (self.system, self.code, self.display) = (system, code, display)
  }

  static let loinc = "http://loinc.org"
  static let ucum = "http://unitsofmeasure.org"

  var document: FHIRDocument? {
    FHIRDocument.element { coding in
      coding.add("system", system)
      // A code has no white space but single spaces within (FHIR R4, 2.24.0.1); words are a display.
      let isCode = code.split(separator: " ", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && !part.contains(where: \.isWhitespace)
      }
      if isCode { coding.add("code", code) }
      coding.add("display", display ?? (isCode ? nil : code))
    }
  }
}

/// A token of a search (FHIR R4, 3.1.1.4.10): `code`, `system|code`, `|code`, `system|`.
struct FHIRToken: Hashable, Sendable {
  /// nil: any; empty: none.
  var system: String?
  /// nil: any.
  var code: String?

  /// - Parameter text: with its escapes, which are read here: a bar that belongs to a code is no end of the system.
  init(_ text: String) {
    let parts = FHIRParameters.split(text, at: "|").map(FHIRParameters.unescaped)
    if parts.count == 1 {
      code = parts[0]
    } else {
      system = parts[0]
      code = parts.dropFirst().joined(separator: "|").nonBlank
    }
  }

  func holds(_ coding: FHIRCoding) -> Bool {
    if let code, code.lowercased() != coding.code.lowercased() { return false }
    guard let system else { return code != nil }
    return system.isEmpty ? coding.system == nil : FHIRSystem.isOne(system, coding.system)
  }
}

/// Names of code systems as FHIR writes them: URIs.
enum FHIRSystem {
  static let item = "urn:huren:item"

  /// - Parameters:
  ///   - sent: as the sender wrote it: a URI, an OID, a table's name.
  ///   - institution: whose own codes those are whose system is none that others know.
  static func uri(_ sent: String?, of institution: String) -> String {
    guard let sent = sent?.nonBlank else { return own(institution) }
    switch sent.lowercased() {
    case "ln", "loinc", "http://loinc.org", "https://loinc.org", "2.16.840.1.113883.6.1",
      "urn:oid:2.16.840.1.113883.6.1":
      return FHIRCoding.loinc
    case "sct", "http://snomed.info/sct", "2.16.840.1.113883.6.96", "urn:oid:2.16.840.1.113883.6.96":
      return "http://snomed.info/sct"
    case "l": return own(institution)
    default: break
    }
    if sent.utf8.allSatisfy({ $0 == 46 || (48...57).contains($0) }), sent.contains(".") { return "urn:oid:" + sent }
    if sent.contains(":"), !sent.contains(where: \.isWhitespace) { return sent }
    return own(institution) + ":" + (sent.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
  }

  /// An institution's own codes.
  static func own(_ institution: String) -> String { "urn:huren:local:" + institution }

  /// `urn:oid:1.2` is `1.2`.
  static func isOne(_ asked: String, _ system: String?) -> Bool {
    guard let system else { return false }
    return asked == system || "urn:oid:" + asked == system
      || asked.lowercased() == "https://loinc.org" && system == FHIRCoding.loinc
  }
}

extension Code {
  func coding(of institution: String) -> FHIRCoding {
    FHIRCoding(FHIRSystem.uri(system, of: institution), identifier, display)
  }
}
