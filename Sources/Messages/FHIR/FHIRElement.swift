import Clinical
import XMLReading

/// The data types of FHIR R4 as elements: what is wanted of them, nil for absent and filler alike.
extension XMLElement {
  /// The value of a primitive child.
  func value(_ name: String) -> String? { first(name)?.filled("value") }

  var firstChild: XMLElement? {
    var iterator = children.makeIterator()
    return iterator.next()
  }

  /// The child that holds a choice such as `value[x]` or `effective[x]`.
  func choice(_ prefix: String) -> XMLElement? { children.first { $0.isChoice(of: prefix) } }

  /// Whether its name is a prefix and a type: `valueQuantity`.
  func isChoice(of prefix: String) -> Bool {
    let name = name
    return name.utf8.count > prefix.utf8.count && name.hasPrefix(prefix)
      && name.utf8[name.utf8.index(name.startIndex, offsetBy: prefix.utf8.count)] < 91
  }

  /// The codes of a CodeableConcept, a Coding, or R5's CodeableReference; its words where it has no coding.
  var codes: [Code] {
    if let concept = first("concept") { return concept.codes }
    var codes = all("coding").compactMap(\.coding)
    if let text = value("text") {
      if codes.isEmpty, coding == nil { return [Code(text)] }
      if codes.first?.display == nil, !codes.isEmpty { codes[0].display = text }
    }
    // It may be a Coding itself; beside codings its code is another one of the same thing, and which is meant nobody says.
    if let own = coding, codes.isEmpty || value("code") != nil { codes.append(own) }
    return codes
  }

  /// What a Coding says by itself: its code, or its words alone.
  private var coding: Code? {
    guard let code = value("code") ?? value("display") else { return nil }
    return Code(code, display: value("code") == nil ? nil : value("display"), system: value("system"))
  }

  /// The first code of a child.
  func code(_ name: String) -> Code? { first(name)?.codes.first }

  /// What a person reads of a CodeableConcept: its text, else a coding's display, else the code.
  var conceptText: String? {
    if let text = value("text") ?? first("concept")?.value("text") { return text }
    return codes.first.map { $0.display ?? $0.identifier }
  }

  /// Whether any coding of any child of that name has that code.
  func has(_ code: String, in name: String) -> Bool {
    all(name).contains { $0.codes.contains { $0.identifier == code } }
  }

  /// The value of the first identifier that is in use, one of that type (HL7 table 0203) before others.
  func identifier(preferring type: String? = nil, refusing other: String? = nil) -> String? {
    let usable = all("identifier").filter { identifier in
      identifier.value("value") != nil && identifier.value("use") != "old"
        && !(other.map { identifier.has($0, in: "type") } ?? false)
    }
    let preferred = type.flatMap { type in usable.first { $0.has(type, in: "type") } }
    return (preferred ?? usable.first)?.value("value")
  }

  /// The value within the first extension whose URL ends so.
  func extended(_ suffix: String) -> XMLElement? {
    all("extension").first { $0.attribute("url")?.hasSuffix(suffix) ?? false }?.choice("value")
  }

  /// What a person is called: the text, else the pieces.
  var humanName: String? {
    if let text = value("text") { return text }
    // DSTU2 has several family names.
    let families = all("family").compactMap { $0.filled("value") }
    return Patient.joinName(
      family: families.isEmpty ? nil : families.joined(separator: " "),
      given: all("given").compactMap { $0.filled("value") })
  }

  /// Whether two resources say the same, their `meta` apart.
  func says(sameAs other: XMLElement) -> Bool {
    name == other.name && areEqual(children.filter { $0.name != "meta" }, other.children.filter { $0.name != "meta" })
  }

  private func isEqual(to other: XMLElement) -> Bool {
    guard name == other.name, text == other.text else { return false }
    let (mine, theirs) = (attributes, other.attributes)
    guard mine.count == theirs.count, zip(mine, theirs).allSatisfy({ $0.name == $1.name && $0.value == $1.value })
    else { return false }
    return areEqual(Array(children), Array(other.children))
  }

  private func areEqual(_ mine: [XMLElement], _ theirs: [XMLElement]) -> Bool {
    mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.isEqual(to: $1) }
  }
}

/// An OID out of `urn:oid:1.2.3`, or as it stands; nil for anything else.
func objectIdentifier(_ text: String?) -> String? {
  guard let text else { return nil }
  let oid = text.hasPrefix("urn:oid:") ? String(text.dropFirst(8)) : text
  let isOID = oid.utf8.allSatisfy { $0 == 46 || $0 >= 48 && $0 <= 57 } && oid.utf8.contains(46)
  return isOID ? oid : nil
}
