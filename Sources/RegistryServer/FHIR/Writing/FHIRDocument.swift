import Clinical
import Messages

/// A resource to be written, in either notation of FHIR from one tree: a property is an element, a primitive its `value`, an array repeated
/// elements. Members stand in the order of the specification, which XML asks for.
indirect enum FHIRDocument: Hashable, Sendable {
  struct Member: Hashable, Sendable {
    var name: String
    var value: FHIRDocument

    init(_ name: String, _ value: FHIRDocument) { (self.name, self.value) = (name, value) }
  }

  case text(String)
  /// A number or a truth value, as JSON writes it: 2.90 stays 2.90.
  case literal(String)
  case element([Member])
  case list([FHIRDocument])
  /// A whole resource.
  case resource(String, [Member])
  /// A whole resource that is written already.
  case written(json: String, xml: String)

  static func element(_ members: [(String, FHIRDocument)]) -> FHIRDocument { .element(members.map { Member($0, $1) }) }
  static func resource(_ type: String, _ members: [(String, FHIRDocument)]) -> FHIRDocument {
    .resource(type, members.map { Member($0, $1) })
  }

  /// An acknowledgement as an OperationOutcome.
  static func outcome(_ acknowledgement: Acknowledgement) -> FHIRDocument {
    .written(
      json: OperationOutcomeWriter.write(acknowledgement, as: .json),
      xml: OperationOutcomeWriter.write(acknowledgement, as: .xml))
  }

  func written(as notation: OperationOutcomeWriter.Notation) -> String {
    var text = ""
    switch notation {
    case .json: write(json: &text)
    case .xml:
      text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      write(resource: &text)
    }
    return text + "\n"
  }

  /// As one value of a list that stands under a name: in JSON the value alone.
  func write(_ name: String, as notation: OperationOutcomeWriter.Notation, to text: inout String) {
    switch notation {
    case .json: write(json: &text)
    case .xml: write(xml: name, &text)
    }
  }

  // MARK: JSON

  private func write(json text: inout String) {
    switch self {
    case .text(let value): JSONString.append(Self.allowed(value), to: &text)
    case .literal(let value): text += value
    case .element(let members):
      text += "{"
      Self.write(members, json: &text)
      text += "}"
    case .list(let list):
      text += "["
      for (place, value) in list.enumerated() {
        if place > 0 { text += "," }
        value.write(json: &text)
      }
      text += "]"
    case .resource(let type, let members):
      text += "{\"resourceType\":"
      JSONString.append(type, to: &text)
      if !members.isEmpty { text += "," }
      Self.write(members, json: &text)
      text += "}"
    case .written(let json, _): text += json.trimmed
    }
  }

  private static func write(_ members: [Member], json text: inout String) {
    for (place, member) in members.enumerated() {
      if place > 0 { text += "," }
      JSONString.append(member.name, to: &text)
      text += ":"
      member.value.write(json: &text)
    }
  }

  // MARK: XML

  private func write(resource text: inout String) {
    switch self {
    case .resource(let type, let members):
      text += "<\(type) xmlns=\"http://hl7.org/fhir\">"
      for member in members { member.value.write(xml: member.name, &text) }
      text += "</\(type)>"
    case .written(_, let xml): text += xml.withoutDeclaration.trimmed
    case .text, .literal, .element, .list: break
    }
  }

  private func write(xml name: String, _ text: inout String) {
    switch self {
    case .text(let value): text += "<\(name) value=\"\(XMLText.escaped(Self.allowed(value)))\"/>"
    case .literal(let value): text += "<\(name) value=\"\(value)\"/>"
    case .element(var members):
      text += "<\(name)"
      // The url of an extension is an attribute (FHIR R4, 2.6.0.2).
      if name == "extension", case .text(let url)? = members.first?.value, members[0].name == "url" {
        text += " url=\"\(XMLText.escaped(url))\""
        members.removeFirst()
      }
      text += ">"
      for member in members { member.value.write(xml: member.name, &text) }
      text += "</\(name)>"
    case .list(let list): for value in list { value.write(xml: name, &text) }
    case .resource, .written:
      text += "<\(name)>"
      write(resource: &text)
      text += "</\(name)>"
    }
  }

  /// Both notations say the same: what XML cannot write at all (XML 1.0, 2.2) stands in neither.
  private static func allowed(_ value: String) -> String {
    let isBad: (Unicode.Scalar) -> Bool = { scalar in
      scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r" || scalar == "\u{FFFE}"
        || scalar == "\u{FFFF}"
    }
    guard value.unicodeScalars.contains(where: isBad) else { return value }
    var text = String.UnicodeScalarView()
    for scalar in value.unicodeScalars { text.append(isBad(scalar) ? "\u{FFFD}" : scalar) }
    return String(text)
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }

  fileprivate var withoutDeclaration: String {
    guard hasPrefix("<?xml"), let end = firstRange(of: "?>") else { return self }
    return String(self[end.upperBound...].drop(while: \.isWhitespace))
  }
}
