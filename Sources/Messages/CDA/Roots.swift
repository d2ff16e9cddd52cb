import Clinical

/// Roots of the Chinese health data OIDs (2.16.156.10011, WS/T 500 and the hospital interaction standard).
enum ChineseRoot {
  static let residentID = "2.16.156.10011.1.3"
  static let institution = "2.16.156.10011.1.5"
  static let outpatient = "2.16.156.10011.1.11"
  static let inpatient = "2.16.156.10011.1.12"
  static let specimen = "2.16.156.10011.1.14"
  static let healthCard = "2.16.156.10011.1.19"
  static let order = "2.16.156.10011.1.24"
  static let department = "2.16.156.10011.1.26"
  static let examReport = "2.16.156.10011.1.32"
  static let labReport = "2.16.156.10011.1.33"
  static let messageID = "2.16.156.10011.2.5.1.1"
  static let interaction = "2.16.156.10011.2.5.1.2"
  static let device = "2.16.156.10011.2.5.1.3"
  static let platformPatient = "2.16.156.10011.2.5.1.4"
}

/// What the root of an id says by itself.
enum Root {
  /// Whether it is of the Chinese arc: it says of what kind a number is, and names nothing alone.
  static func isChinese(_ root: String) -> Bool { root.hasPrefix("2.16.156.10011.") }

  /// Whether it is a register of many institutions, whose numbers mean something by themselves: without a number it names nobody.
  static func isRegister(_ root: String) -> Bool { isChinese(root) || registers.contains(root) }

  /// A UUID as RFC 9562 writes it.
  static func isUUID(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count == 36 else { return false }
    for (place, byte) in bytes.enumerated() {
      let isDash = place == 8 || place == 13 || place == 18 || place == 23
      let isHex = Hexadecimal.value(of: byte) != nil
      guard isDash ? byte == 45 : isHex else { return false }
    }
    return true
  }

  /// Digits and dots.
  static func isOID(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 46 || (48...57).contains($0) } }

  /// Whether it is copied from a specification: HL7's arc of examples, templates and code systems of HL7, IHE and ELGA, the UUIDs of the
  /// examples of CDA and C-CDA (all of them made by one generator, which writes this node), and what nobody assigned.
  static func isExample(_ root: String) -> Bool {
    if isUUID(root) {
      let digits = root.lowercased().filter { $0 != "-" }
      return root.lowercased().hasSuffix("-0800200c9a66") || Set(digits).count <= 2
    }
    if examples.contains(where: { root == $0 || root.hasPrefix($0 + ".") }) { return true }
    let arcs = root.split(separator: ".")
    return arcs.count > 4 && Set(arcs).count == 1
  }

  private static let examples = [
    "2.16.840.1.113883.19", "2.16.840.1.113883.10", "2.16.840.1.113883.1", "2.16.840.1.113883.5", "2.16.840.1.113883.6",
    "1.3.6.1.4.1.19376.1", "1.2.40.0.34.6.0.11",
  ]

  /// Organizations: GLN (also under 2.51.1.3, as Switzerland writes it), the United States (NPI, CLIA, TIN, CCN), the Netherlands (URA, AGB),
  /// Germany (IK), France (FINESS), Denmark (SOR), Norway (Enhetsregisteret, RESH), Sweden (HSA), the United Kingdom (ODS).
  private static let registers: Set<String> = [
    "1.3.88", "2.51.1.3", "2.16.840.1.113883.4.6", "2.16.840.1.113883.4.7", "2.16.840.1.113883.4.2",
    "2.16.840.1.113883.4.336", "2.16.528.1.1007.3.3", "2.16.840.1.113883.2.4.6.1", "1.2.276.0.76.4.5",
    "1.2.250.1.71.4.2.2", "1.2.208.176.1.1", "2.16.578.1.12.4.1.4.101", "2.16.578.1.12.4.1.4.102",
    "1.2.752.129.2.1.4.1", "2.16.840.1.113883.2.1.3.2.4.19.1",
  ]
}
