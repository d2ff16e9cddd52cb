import Clinical

/// Writes the ACK of HL7 v2 (2.5.1): MSA with the outcome and the id that is answered, one ERR per finding with the code of
/// HL7 table 0357.
public enum V2AcknowledgementWriter {
  /// One field: its components, and how v2.xml names their type; nil: its text stands alone.
  private struct Field {
    var number: Int
    var components: [String]
    var type: String?

    init(_ number: Int, _ components: [String], _ type: String? = nil) {
      (self.number, self.components, self.type) = (number, components, type)
    }
  }

  /// A segment's fields in order, those left out empty.
  private typealias Fields = [Field]

  /// In v2.xml.
  public static func xml(_ acknowledgement: Acknowledgement) -> String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ACK xmlns=\"urn:hl7-org:v2xml\">"
    text += "<MSH><MSH.1>|</MSH.1><MSH.2>^~\\&amp;</MSH.2>"
    text += header(acknowledgement).map { xml("MSH", $0) }.joined() + "</MSH>"
    text += "<MSA>" + answer(acknowledgement).map { xml("MSA", $0) }.joined() + "</MSA>"
    for error in errors(acknowledgement) { text += "<ERR>" + error.map { xml("ERR", $0) }.joined() + "</ERR>" }
    return text + "</ACK>\n"
  }

  /// In pipes, segments ended by carriage returns, the last one too: there are readers that see no segment without.
  public static func er7(_ acknowledgement: Acknowledgement) -> String {
    // MSH-1 is the separator itself: what is written first after it is MSH-2.
    var segments = ["MSH|^~\\&" + er7(header(acknowledgement), from: 3)]
    segments.append("MSA" + er7(answer(acknowledgement), from: 1))
    segments += errors(acknowledgement).map { "ERR" + er7($0, from: 1) }
    return segments.map { $0 + "\r" }.joined()
  }

  /// It goes back the way the message came: who was named as its receiver sends it, in the version and the character set of the message.
  private static func header(_ acknowledgement: Acknowledgement) -> Fields {
    let time = acknowledgement.hl7Time
    let asked = acknowledgement.v2 ?? V2Header()
    let version = asked.version.flatMap { $0.hasPrefix("2.") ? $0 : nil } ?? "2.5.1"
    // The structure in MSH-9.3 came with 2.3.1.
    let isEarly = ["2.1", "2.2", "2.3"].contains(version)
    let type = asked.event.map { isEarly ? ["ACK", $0] : ["ACK", $0, "ACK"] } ?? ["ACK"]
    let ways = [
      Field(3, asked.receivingApplication.isEmpty ? ["HUREN"] : asked.receivingApplication, "HD"),
      Field(4, asked.receivingFacility, "HD"), Field(5, asked.sendingApplication, "HD"),
      Field(6, asked.sendingFacility, "HD"),
    ]
    let kind = acknowledgement.isOfCommit ? "COMMIT-" : "ACK-"
    return ways.filter { !$0.components.isEmpty } + [
      Field(7, [time], "TS"), Field(9, type, "MSG"), Field(10, [kind + (acknowledgement.messageID ?? time)]),
      Field(11, [asked.processingID ?? "P"], "PT"), Field(12, [version], "VID"),
    ] + (asked.characterSet.map { [Field(18, [$0])] } ?? [])
  }

  private static func answer(_ acknowledgement: Acknowledgement) -> Fields {
    let answer = [Field(1, [acknowledgement.code]), Field(2, [acknowledgement.messageID ?? ""])]
    // What old systems show to people is MSA-3 alone.
    let first = acknowledgement.findings.first { FindingTable.row(of: $0.code).isFatal }
    guard acknowledgement.outcome != .accepted, let code = acknowledgement.trouble?.code ?? first?.code.rawValue else {
      return answer
    }
    return answer + [Field(3, [code])]
  }

  private static func errors(_ acknowledgement: Acknowledgement) -> [Fields] {
    let trouble = acknowledgement.trouble.map { trouble in
      [
        Field(3, [trouble.condition.rawValue, trouble.condition.words, "HL70357"], "CWE"), Field(4, ["E"]),
        Field(5, [trouble.code], "CWE"), Field(8, [trouble.message]),
      ]
    }
    return (trouble.map { [$0] } ?? []) + acknowledgement.findings.map { error($0, acknowledgement.outcome) }
  }

  /// ERR-3 is the table's code, ERR-4 the severity, ERR-5 the registry's own code, ERR-7 and ERR-8 words for who mends it.
  private static func error(_ finding: Finding, _ outcome: Acknowledgement.Outcome) -> Fields {
    let condition = FindingTable.row(of: finding.code).condition
    let place = "line \(finding.location.line), column \(finding.location.column): \(finding.location.path)"
    return [
      Field(3, [condition.rawValue, condition.words, "HL70357"], "CWE"), Field(4, [outcome == .accepted ? "W" : "E"]),
      Field(5, [finding.code.rawValue], "CWE"), Field(7, [place]), Field(8, [finding.message]),
    ]
  }

  private static func xml(_ segment: String, _ field: Field) -> String {
    let name = "\(segment).\(field.number)"
    guard let type = field.type else { return "<\(name)>\(XMLText.escaped(field.components[0]))</\(name)>" }
    let components = field.components.enumerated().filter { !$1.isEmpty }
    let body = components.map { "<\(type).\($0 + 1)>\(XMLText.escaped($1))</\(type).\($0 + 1)>" }.joined()
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
