import Clinical

/// Code systems of the world, in which a code means the same wherever it stands. `codemaps.csv` has no column for them: a row is
/// of one when its code has the form of one.
enum Terminology {
  case loinc, snomedCT

  /// - Parameter system: as HL7 table 0396, OIDs and URIs name it.
  init?(system: String) {
    switch system {
    // As nearly everybody writes them: every result of an import comes by here.
    case "L", "": return nil
    case "LN", "http://loinc.org", "2.16.840.1.113883.6.1": self = .loinc
    case "SCT", "http://snomed.info/sct", "2.16.840.1.113883.6.96": self = .snomedCT
    default:
      switch Terminology.plain(system) {
      case "ln", "loinc", "loinc.org", "2.16.840.1.113883.6.1": self = .loinc
      case "sct", "sct2", "snomed-ct", "snomed ct", "snomedct", "snomed.info/sct", "2.16.840.1.113883.6.96":
        self = .snomedCT
      default: return nil
      }
    }
  }

  private static func plain(_ system: String) -> String {
    var text = system.lowercased()[...]
    for prefix in ["urn:oid:", "http://", "https://", "www."] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.utf8.count)
    }
    while text.last == "/" { text.removeLast() }
    // An edition or version behind it is of the same system.
    return text.hasPrefix("snomed.info/sct/") ? "snomed.info/sct" : String(text)
  }

  /// Whether an identifier can be a code of the system.
  func hasForm(_ identifier: String) -> Bool {
    let bytes = Array(identifier.utf8.prefix(20))
    func areDigits(_ bytes: ArraySlice<UInt8>) -> Bool { bytes.allSatisfy { $0 >= 48 && $0 <= 57 } }
    switch self {
    case .loinc:
      // 2823-3; parts and answers begin with letters: LP12345-6.
      let rest = bytes.first == 76 ? bytes.dropFirst(2) : bytes[...]
      return (3...10).contains(rest.count) && rest[rest.endIndex - 2] == 45 && areDigits(rest.dropLast(2))
        && areDigits(rest.suffix(1))
    case .snomedCT: return (6...18).contains(bytes.count) && areDigits(bytes[...])
    }
  }
}

extension Code {
  /// Whether it can be what it says: a local mnemonic called LOINC is no code of LOINC, and must meet no row by accident. A code of a
  /// local system, or of none, may be anything.
  var isOfItsSystem: Bool { system.flatMap { Terminology(system: $0) }?.hasForm(identifier) ?? true }

  /// Whether it is LOINC's, by what it says or, where it says nothing, by its form.
  var isLOINC: Bool {
    guard let system else { return Terminology.loinc.hasForm(identifier) }
    return Terminology(system: system) == .loinc
  }
}
