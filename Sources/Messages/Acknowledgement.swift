public import Clinical

/// What a sender is told about a message: every dialect has its own way of writing it.
public struct Acknowledgement: Sendable {
  /// HL7 table 0008.
  public enum Outcome: String, Sendable {
    case accepted = "AA"
    case error = "AE"
    case rejected = "AR"
  }

  /// Why a message could not be kept just now: sent again, it may be taken.
  public struct Trouble: Hashable, Sendable {
    public var code: String
    public var condition: ErrorCondition
    public var issue: IssueType
    /// What is wrong; no personal datum.
    public var message: String

    public init(code: String, condition: ErrorCondition, issue: IssueType, message: String) {
      (self.code, self.condition, self.issue, self.message) = (code, condition, issue, message)
    }
  }

  public var outcome: Outcome
  /// The id of the message that is answered, where it had one.
  public var messageID: String?
  public var findings: [Finding]
  /// RFC 3339.
  public var acknowledgedAt: String
  public var trouble: Trouble?
  /// The header of the HL7 v2 message that is answered: its answer goes back the way it came, in its version.
  public var v2: V2Header?
  /// Whether it says that the message is kept (CA, CE, CR of the enhanced mode), not what became of it.
  public var isOfCommit = false

  public init(
    outcome: Outcome, messageID: String?, findings: [Finding], acknowledgedAt: String, trouble: Trouble? = nil,
    v2: V2Header? = nil
  ) {
    self.outcome = outcome
    self.messageID = messageID
    self.findings = findings
    self.acknowledgedAt = acknowledgedAt
    self.trouble = trouble
    self.v2 = v2
  }

  /// MSA-1, of table 0008.
  var code: String { isOfCommit ? "C" + outcome.rawValue.dropFirst() : outcome.rawValue }

  /// The time as an HL7 TS: `20250801025700+0800`.
  var hl7Time: String {
    guard let separator = acknowledgedAt.firstIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }) else {
      return acknowledgedAt.filter(\.isNumber)
    }
    let date = acknowledgedAt[..<separator].filter(\.isNumber)
    let clock = acknowledgedAt[acknowledgedAt.index(after: separator)...].filter { $0 != ":" }
    return date + (clock.hasSuffix("Z") || clock.hasSuffix("z") ? clock.dropLast() + "+0000" : clock)
  }

  /// The answer in the form that senders of a dialect expect.
  public func written(for dialect: Dialect) -> String {
    switch dialect {
    case .hl7v2XML: V2AcknowledgementWriter.xml(self)
    case .hl7v2ER7: V2AcknowledgementWriter.er7(self)
    case .chineseCDA, .chineseCDAInRCMR, .cda, .hl7v3Organizer: MCCIWriter.write(self)
    case .fhirXML: OperationOutcomeWriter.write(self, as: .xml)
    case .fhirJSON: OperationOutcomeWriter.write(self, as: .json)
    case .mapped: VendorAcknowledgement.xml(self)
    }
  }
}

/// Text for XML and HTML that is written.
package enum XMLText {
  /// What XML does not allow is left out; line breaks survive in attributes, as references. Attributes stand in double quotes.
  package static func escaped(_ text: String) -> String {
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
