import Clinical

/// Writes `MCCI_IN000002UV01`, the answer a V3 sender expects (hospital interaction standard).
public enum MCCIWriter {
  /// The answer as an XML document.
  ///
  /// - Parameter sender: the device id (root …2.5.1.3) under which the registry answers.
  public static func write(_ acknowledgement: Acknowledgement, sender: String = "HUREN") -> String {
    let time = acknowledgement.hl7Time
    let target = acknowledgement.messageID
    var xml = """
      <?xml version="1.0" encoding="UTF-8"?>
      <MCCI_IN000002UV01 xmlns="urn:hl7-org:v3" ITSVersion="XML_1.0">
        <id root="\(ChineseRoot.messageID)" extension="\(XMLText.escaped("ACK-" + (target ?? time)))"/>
        <creationTime value="\(XMLText.escaped(time))"/>
        <interactionId root="\(ChineseRoot.interaction)" extension="MCCI_IN000002UV01"/>
        <processingCode code="P"/>
        <processingModeCode/>
        <acceptAckCode code="NE"/>
        <sender typeCode="SND">
          <device classCode="DEV" determinerCode="INSTANCE">
            <id><item root="\(ChineseRoot.device)" extension="\(XMLText.escaped(sender))"/></id>
          </device>
        </sender>
        <acknowledgement typeCode="\(acknowledgement.outcome.rawValue)">

      """
    if let target {
      xml += """
            <targetMessage>
              <id root="\(ChineseRoot.messageID)" extension="\(XMLText.escaped(target))"/>
            </targetMessage>

        """
    }
    if let trouble = acknowledgement.trouble { xml += detail(trouble.code, trouble.message) }
    for finding in acknowledgement.findings { xml += detail(finding.code.rawValue, text(of: finding)) }
    return xml + "  </acknowledgement>\n</MCCI_IN000002UV01>\n"
  }

  private static func detail(_ code: String, _ text: String) -> String {
    """
        <acknowledgementDetail>
          <code code="\(XMLText.escaped(code))"/>
          <text value="\(XMLText.escaped(text))"/>
        </acknowledgementDetail>

    """
  }

  private static func text(of finding: Finding) -> String {
    let place = finding.location
    return place.line > 0 ? "\(finding.message) (line \(place.line), \(place.path))" : finding.message
  }
}
