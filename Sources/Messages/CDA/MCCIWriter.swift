import Clinical

/// Writes `MCCI_IN000002UV01`, the answer a V3 sender expects (hospital interaction standard).
public enum MCCIWriter {
  /// The answer as an XML document.
  ///
  /// - Parameter sender: the device id (root …2.5.1.3) under which the registry answers.
  public static func write(_ acknowledgement: Acknowledgement, sender: String = "HUREN") -> String {
    let time = timestamp(acknowledgement.acknowledgedAt)
    let target = acknowledgement.messageID
    var xml = """
      <?xml version="1.0" encoding="UTF-8"?>
      <MCCI_IN000002UV01 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
        <id root="\(ChineseRoot.messageID)" extension="\(escaped("ACK-" + (target ?? time)))"/>
        <creationTime value="\(escaped(time))"/>
        <interactionId root="\(ChineseRoot.interaction)" extension="MCCI_IN000002UV01"/>
        <processingCode code="P"/>
        <processingModeCode/>
        <acceptAckCode code="NE"/>
        <sender typeCode="SND">
          <device classCode="DEV" determinerCode="INSTANCE">
            <id><item root="\(ChineseRoot.device)" extension="\(escaped(sender))"/></id>
          </device>
        </sender>
        <acknowledgement typeCode="\(acknowledgement.outcome.rawValue)">

      """
    if let target {
      xml += """
            <targetMessage>
              <id root="\(ChineseRoot.messageID)" extension="\(escaped(target))"/>
            </targetMessage>

        """
    }
    for finding in acknowledgement.findings {
      xml += """
            <acknowledgementDetail>
              <code code="\(escaped(finding.code.rawValue))"/>
              <text value="\(escaped(text(of: finding)))"/>
            </acknowledgementDetail>

        """
    }
    return xml + "  </acknowledgement>\n</MCCI_IN000002UV01>\n"
  }

  private static func text(of finding: Finding) -> String {
    let place = finding.location
    return place.line > 0 ? "\(finding.message) (line \(place.line), \(place.path))" : finding.message
  }

  /// RFC 3339 as an HL7 TS: `20250801025700+0800`.
  private static func timestamp(_ rfc3339: String) -> String {
    guard let separator = rfc3339.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }) else {
      return rfc3339.filter(\.isNumber)
    }
    let date = rfc3339[..<separator].filter(\.isNumber)
    let clock = rfc3339[rfc3339.index(after: separator)...].filter { $0 != ":" }
    return date + (clock.hasSuffix("Z") || clock.hasSuffix("z") ? clock.dropLast() + "+0000" : clock)
  }

  /// Text for an attribute: what XML does not allow is left out, line breaks survive as references.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\r", "\t": result += "&#\(scalar.value);"
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": break
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
