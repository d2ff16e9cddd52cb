import Clinical
import XMLReading

/// A name of HL7 V3: one text, parts (`family`, `given`), or the parts of datatypes R2 (`part/@type`, `@value`).
struct PersonName {
  var text: String
  /// The same name in another script, or the one before marriage, where it stands in the same element.
  private(set) var others: [String] = []
  /// Whether the name is one to search by, a former or a phonetic one, not the one in use.
  var isSecondary: Bool

  init?(_ element: XMLElement) {
    var families: [Part] = []
    var given: [Part] = []
    var plain: [String] = []
    for child in element.children {
      guard let value = child.words else { continue }
      let part = Part(value, child.attribute("qualifier"))
      switch (child.name, child.attribute("type")) {
      case ("family", _), (_, "FAM"): families.append(part)
      case ("given", _), (_, "GIV"): given.append(part)
      case ("part", nil), ("text", _): plain.append(value)
      default: break
      }
    }
    let texts = PersonName.texts(families, given)
    guard let text = texts.first ?? (plain.isEmpty ? nil : plain.joined()) ?? element.words else { return nil }
    self.text = text
    others = Array(texts.dropFirst())
    let uses = (element.attribute("use") ?? "").split(separator: " ")
    isSecondary = uses.contains {
      ["SRCH", "PHON", "SNDX", "OLD", "DN", "P", "A", "SYL", "ABC", "I", "R"].contains($0)
    }
  }

  /// A `family` or `given`, and what its qualifier says.
  private struct Part {
    var value: String
    /// `BR`: from birth; `IN`: an initial; `CL`: what one is called.
    var qualifiers: [Substring]
    var isHan: Bool

    init(_ value: String, _ qualifier: String?) {
      self.value = value
      qualifiers = (qualifier ?? "").split(separator: " ")
      isHan = value.unicodeScalars.contains { $0.value >= 0x3400 && $0.properties.isIdeographic }
    }
  }

  /// The name and what else it is: characters before their transcription, the name borne now before that of birth.
  private static func texts(_ families: [Part], _ given: [Part]) -> [String] {
    let all = families + given
    // 李 Peter is one name; 王小明 Wang Xiaoming is one twice.
    let isTwice = given.contains(where: \.isHan) || families.contains { !$0.isHan }
    if isTwice, all.contains(where: \.isHan), all.contains(where: { !$0.isHan }) {
      return texts(families.filter(\.isHan), given.filter(\.isHan))
        + texts(families.filter { !$0.isHan }, given.filter { !$0.isHan })
    }
    let givenNames = preferred(given) { !$0.contains("IN") && !$0.contains("CL") }.map(\.value)
    let current = preferred(families) { !$0.contains("BR") }
    let former = families.filter { $0.qualifiers.contains("BR") }
    return (former.isEmpty ? [current] : [current, former])
      .compactMap { Patient.joinName(family: joined($0), given: givenNames) }.unrepeated
  }

  /// Those of the parts that are wanted, or all where none is.
  private static func preferred(_ parts: [Part], _ isWanted: ([Substring]) -> Bool) -> [Part] {
    let wanted = parts.filter { isWanted($0.qualifiers) }
    return wanted.isEmpty ? parts : wanted
  }

  private static func joined(_ parts: [Part]) -> String? {
    parts.isEmpty ? nil : parts.map(\.value).joined(separator: " ")
  }
}
