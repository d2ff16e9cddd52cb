import Clinical

/// Writes the ACK of HL7 v2 (2.5.1): MSA with the outcome and the id that is answered, one ERR per finding with the code of
/// HL7 table 0357.
public enum V2AcknowledgementWriter {
  /// A segment's fields, as lists of components; nil for an empty field.
  private typealias Fields = [(number: Int, components: [String])]

  /// In v2.xml.
  public static func xml(_ acknowledgement: Acknowledgement) -> String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ACK xmlns=\"urn:hl7-org:v2xml\">"
    text += "<MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>"
    text += header(acknowledgement).map { xml("MSH", $0) }.joined() + "</MSH>"
    text += "<MSA>" + answer(acknowledgement).map { xml("MSA", $0) }.joined() + "</MSA>"
    for finding in acknowledgement.findings {
      text += "<ERR>" + error(finding, acknowledgement.outcome).map { xml("ERR", $0) }.joined() + "</ERR>"
    }
    return text + "</ACK>\n"
  }

  /// In pipes, segments ended by carriage returns.
  public static func er7(_ acknowledgement: Acknowledgement) -> String {
    // MSH-1 is the separator itself: what is written first after it is MSH-2.
    var segments = ["MSH|^~\\&" + er7(header(acknowledgement), from: 3)]
    segments.append("MSA" + er7(answer(acknowledgement), from: 1))
    segments += acknowledgement.findings.map { "ERR" + er7(error($0, acknowledgement.outcome), from: 1) }
    return segments.map { $0 + "\r" }.joined()
  }

  private static func header(_ acknowledgement: Acknowledgement) -> Fields {
    let time = acknowledgement.hl7Time
    return [
      (3, ["HUREN"]), (7, [time]), (9, ["ACK"]), (10, ["ACK-" + (acknowledgement.messageID ?? time)]), (11, ["P"]),
      (12, ["2.5.1"]),
    ]
  }

  private static func answer(_ acknowledgement: Acknowledgement) -> Fields {
    [(1, [acknowledgement.outcome.rawValue]), (2, [acknowledgement.messageID ?? ""])]
  }

  /// ERR-3 is the table's code, ERR-4 the severity, ERR-5 the registry's own code, ERR-7 and ERR-8 words for who mends it.
  private static func error(_ finding: Finding, _ outcome: Acknowledgement.Outcome) -> Fields {
    let condition = FindingTable.row(of: finding.code).condition
    let place = "line \(finding.location.line), column \(finding.location.column): \(finding.location.path)"
    return [
      (3, [condition.rawValue, condition.words, "HL70357"]), (4, [outcome == .accepted ? "W" : "E"]),
      (5, [finding.code.rawValue]),
      (7, [place]),
      (8, [finding.message]),
    ]
  }

  private static func xml(_ segment: String, _ field: (number: Int, components: [String])) -> String {
    let name = "\(segment).\(field.number)"
    let isPlain = field.components.count == 1
    let body =
      isPlain
      ? XMLText.escaped(field.components[0])
      : field.components.enumerated().map { "<CWE.\($0 + 1)>\(XMLText.escaped($1))</CWE.\($0 + 1)>" }.joined()
    return "<\(name)>\(body)</\(name)>"
  }

  private static func er7(_ fields: Fields, from first: Int) -> String {
    var text = ""
    var next = first
    for field in fields {
      text += String(repeating: "|", count: field.number - next + 1)
      text += field.components.map(escaped).joined(separator: "^")
      next = field.number + 1
    }
    return text
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "\\": result += "\\E\\"
      case "|": result += "\\F\\"
      case "^": result += "\\S\\"
      case "&": result += "\\T\\"
      case "~": result += "\\R\\"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
