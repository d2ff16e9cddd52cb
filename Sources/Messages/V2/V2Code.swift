import Clinical
import XMLReading

/// Coded data types of HL7 v2 (CE, CWE, CNE, CF, XON, XCN), whichever a version uses.
extension XMLTree {
  /// Components 1 to 3; where there is no first, the alternate 4 to 6, else the words.
  func code(_ field: XMLElement.ID) -> Code? {
    if let identifier = text(field, 1) {
      return Code(identifier, display: text(field, 2), system: text(field, 3))
    }
    if let identifier = text(field, 4) {
      return Code(identifier, display: text(field, 5) ?? text(field, 2), system: text(field, 6))
    }
    return text(field, 2).map { Code($0) }
  }

  /// The alternate code, where the first is there too.
  func alternates(_ field: XMLElement.ID) -> [Code] {
    guard let identifier = text(field, 4), text(field, 1) != nil else { return [] }
    return [Code(identifier, display: text(field, 5), system: text(field, 6))]
  }

  /// XON: component 10, else 3, names the organization; component 1 is its name.
  func organization(_ field: XMLElement.ID) -> OrganizationReference? {
    let reference = OrganizationReference(identifier: text(field, 10) ?? text(field, 3), name: text(field, 1))
    return reference.isEmpty ? nil : reference
  }

  /// XCN: the name of a person who acts for an institution; the number where there is no name.
  func personName(_ field: XMLElement.ID) -> String? {
    Patient.joinName(family: text(field, 2), given: [text(field, 3)].compactMap { $0 }) ?? text(field, 1)
  }
}
