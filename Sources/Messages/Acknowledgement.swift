public import Clinical

/// What a sender is told about a message: every dialect has its own way of writing it.
public struct Acknowledgement: Sendable {
  /// HL7 table 0008.
  public enum Outcome: String, Sendable {
    case accepted = "AA"
    case error = "AE"
    case rejected = "AR"
  }

  public var outcome: Outcome
  /// The id of the message that is answered, where it had one.
  public var messageID: String?
  public var findings: [Finding]
  /// RFC 3339.
  public var acknowledgedAt: String

  public init(outcome: Outcome, messageID: String?, findings: [Finding], acknowledgedAt: String) {
    self.outcome = outcome
    self.messageID = messageID
    self.findings = findings
    self.acknowledgedAt = acknowledgedAt
  }
}
