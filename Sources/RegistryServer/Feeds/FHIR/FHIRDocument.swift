import Clinical
import Messages

/// A resource to be written, in either notation of FHIR: a property is an element, a primitive its `value`, an array repeated elements.
indirect enum FHIRDocument: Sendable {
  case text(String)
  case element([(String, FHIRDocument)])
  case list([FHIRDocument])
  /// A whole resource.
  case resource(String, [(String, FHIRDocument)])
  /// A whole resource that is written already.
  case written(json: String, xml: String)

  /// An acknowledgement as an OperationOutcome.
  static func outcome(_ acknowledgement: Acknowledgement) -> FHIRDocument {
    .written(
      json: OperationOutcomeWriter.write(acknowledgement, as: .json),
      xml: OperationOutcomeWriter.write(acknowledgement, as: .xml))
  }

  func written(as notation: OperationOutcomeWriter.Notation) -> String {
    switch notation {
    case .json: json + "\n"
    case .xml: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xmlResource + "\n"
    }
  }

  // MARK: JSON

  private var json: String {
    switch self {
    case .text(let text): JSONString.quoted(text)
    case .element(let members): "{" + Self.json(members) + "}"
    case .list(let list): "[" + list.map(\.json).joined(separator: ",") + "]"
    case .resource(let type, let members):
      "{\"resourceType\":" + JSONString.quoted(type) + (members.isEmpty ? "" : ",") + Self.json(members) + "}"
    case .written(let json, _): json.trimmed
    }
  }

  private static func json(_ members: [(String, FHIRDocument)]) -> String {
    members.map { JSONString.quoted($0) + ":" + $1.json }.joined(separator: ",")
  }

  // MARK: XML

  private var xmlResource: String {
    switch self {
    case .resource(let type, let members):
      "<\(type) xmlns=\"http://hl7.org/fhir\">" + members.map { $1.xml($0) }.joined() + "</\(type)>"
    case .written(_, let xml): xml.withoutDeclaration.trimmed
    case .text, .element, .list: ""
    }
  }

  private func xml(_ name: String) -> String {
    switch self {
    case .text(let text): "<\(name) value=\"\(XMLText.escaped(text))\"/>"
    case .element(let members): "<\(name)>" + members.map { $1.xml($0) }.joined() + "</\(name)>"
    case .list(let list): list.map { $0.xml(name) }.joined()
    case .resource, .written: "<\(name)>" + xmlResource + "</\(name)>"
    }
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }

  fileprivate var withoutDeclaration: String {
    guard hasPrefix("<?xml"), let end = firstRange(of: "?>") else { return self }
    return String(self[end.upperBound...].drop(while: \.isWhitespace))
  }
}
