import Clinical

/// The answer that Chinese hospital integrations expect: `<res><success>AA|AE</success><msg/><data/></res>`.
public enum VendorAcknowledgement {
  /// The form knows no AR: a message refused for good is an error there too. `msg` tells the findings, each with its place.
  public static func xml(_ acknowledgement: Acknowledgement) -> String {
    let success = acknowledgement.outcome == .accepted ? "AA" : "AE"
    var message = acknowledgement.trouble.map { ["\($0.code): \($0.message)"] } ?? []
    message += acknowledgement.findings.map { finding in
      "\(finding.code.rawValue): \(finding.message) (line \(finding.location.line), \(finding.location.path))"
    }
    return
      "<res><success>\(success)</success><msg>\(XMLText.escaped(message.joined(separator: "; ")))</msg><data/></res>"
  }
}
