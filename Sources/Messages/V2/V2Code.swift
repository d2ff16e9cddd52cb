import Clinical
import XMLReading

/// Coded data types of HL7 v2 (CE, CWE, CNE, CF, XON, XCN), whichever a version uses.
enum V2Code {
  /// Components 1 to 3; where there is no first, the alternate 4 to 6, else the words.
  static func read(_ field: XMLElement) -> Code? {
    if let identifier = field.component(1) {
      return Code(identifier, display: field.component(2), system: field.component(3))
    }
    if let identifier = field.component(4) {
      return Code(identifier, display: field.component(5) ?? field.component(2), system: field.component(6))
    }
    return field.component(2).map { Code($0) }
  }

  /// The alternate code, where the first is there too.
  static func alternates(_ field: XMLElement) -> [Code] {
    guard field.component(1) != nil, let identifier = field.component(4) else { return [] }
    return [Code(identifier, display: field.component(5), system: field.component(6))]
  }

  /// XON: component 10, else 3, names the organization; component 1 is its name.
  static func organization(_ field: XMLElement) -> OrganizationReference? {
    let reference = OrganizationReference(
      identifier: field.component(10) ?? field.component(3), name: field.component(1))
    return reference.isEmpty ? nil : reference
  }

  /// XCN: the name of a person who acts for an institution; the number where there is no name.
  static func personName(_ field: XMLElement) -> String? {
    Patient.joinName(family: field.component(2), given: [field.component(3)].compactMap { $0 }) ?? field.component(1)
  }
}
