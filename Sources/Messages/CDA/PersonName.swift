import Clinical
import XMLReading

/// A name of HL7 V3: one text, parts (`family`, `given`), or the parts of datatypes R2 (`part/@type`, `@value`).
struct PersonName {
  var text: String
  /// Whether the name is one to search by, a former or a phonetic one, not the one in use.
  var isSecondary: Bool

  init?(_ element: XMLElement) {
    var families: [String] = []
    var given: [String] = []
    var plain: [String] = []
    for part in element.children {
      guard let value = part.words else { continue }
      switch (part.name, part.attribute("type")) {
      case ("family", _), (_, "FAM"): families.append(value)
      case ("given", _), (_, "GIV"): given.append(value)
      case ("part", nil), ("text", _): plain.append(value)
      default: break
      }
    }
    let joined = Patient.joinName(family: families.isEmpty ? nil : families.joined(separator: " "), given: given)
    guard let text = joined ?? (plain.isEmpty ? nil : plain.joined()) ?? element.words else { return nil }
    self.text = text
    let uses = (element.attribute("use") ?? "").split(separator: " ")
    isSecondary = uses.contains { ["SRCH", "PHON", "SNDX", "OLD", "P", "A", "SYL", "ABC", "I", "R"].contains($0) }
  }
}
