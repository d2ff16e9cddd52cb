import Clinical
import XMLReading

/// Coded data types of HL7 v2 (CE, CWE, CNE, CF, XON, XCN), whichever a version uses.
extension V2Segment {
  /// A field's code.
  func code(_ number: Int) -> Code? { field(number).flatMap(code) }

  /// Components 1 to 3; where there is no first, the alternates 4 to 6 and 10 to 12, else the words (2, or 9, the original text).
  func code(_ field: XMLElement.ID) -> Code? {
    if var code = code(field, from: 1) {
      code.display = code.display ?? originalText(field)
      return code
    }
    guard var code = code(field, from: 4) ?? code(field, from: 10) else {
      return (words(field, 2) ?? originalText(field)).map { Code($0) }
    }
    code.display = code.display ?? words(field, 2)
    return code
  }

  /// The other codes of what the first names.
  func alternates(_ field: XMLElement.ID) -> [Code] {
    if tree.child(4, of: field) == nil, tree.child(10, of: field) == nil { return [] }
    let codes = [1, 4, 10].compactMap { code(field, from: $0) }
    return Array(codes.dropFirst())
  }

  private func code(_ field: XMLElement.ID, from first: Int) -> Code? {
    guard let identifier = words(field, first) else { return nil }
    return Code(identifier, display: words(field, first + 1), system: words(field, first + 2))
  }

  private func originalText(_ field: XMLElement.ID) -> String? {
    tree.component(9, of: field) == nil ? nil : words(field, 9)
  }
}

extension XMLTree {
  /// XON: component 10, else 3, names the organization; component 1 is its name.
  func organization(_ field: XMLElement.ID) -> OrganizationReference? {
    let reference = OrganizationReference(identifier: text(field, 10) ?? text(field, 3), name: words(field, 1))
    return reference.isEmpty ? nil : reference
  }

  /// XCN: the name of a person who acts for an institution; the number where there is no name.
  func personName(_ field: XMLElement.ID) -> String? {
    Patient.joinName(family: text(field, 2), given: [text(field, 3)].compactMap { $0 }) ?? text(field, 1)
  }
}
