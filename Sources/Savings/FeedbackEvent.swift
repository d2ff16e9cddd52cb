public import Recognition

/// What the ordering institution did with a prompt: one line of feedback.
public struct FeedbackEvent: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// The clinician adopts the prior result 采纳.
    case accepted
    /// The test is repeated all the same.
    case declined
    /// Takes an accept or decline back.
    case undone
    /// The result was quoted into the record.
    case cited
  }

  /// The sender's own id: the same id is the same event.
  public var event: String
  public var kind: Kind
  public var decisionId: String
  /// The ordered item, as a catalogue code.
  public var item: String
  public var at: EventTime
  /// Who says so.
  public var by: String?
  public var retestReason: DeclaredRetestReason?
  /// Digest, by the registry's key, of the reason's words, in hexadecimal: the words may name a patient and lie beside the chain.
  public var textDigest: String?
  /// Whether the patient was told why the test is repeated.
  public var patientTold: Bool?
  /// The fee of a consultation within the hospital 院内会诊, in fen.
  public var consultationFeeFen: Int?
  public var scheme: String?
  public var enrolment: String?
  public var payment: String?
  /// The institution whose account sent it over the network, which answers for its own decisions alone; nil: taken in by the registry's own
  /// operator.
  public var institution: String?

  public init(event: String, kind: Kind, decisionId: String, item: String, at: EventTime) {
    self.event = event
    self.kind = kind
    self.decisionId = decisionId
    self.item = item
    self.at = at
  }

  /// Whether it can answer a decision that it names.
  public func mayAnswer(_ decision: RecordedDecision) -> Bool {
    institution.map { $0 == decision.orderingInstitution } ?? true
  }
}

/// Why a line of feedback was not taken.
public struct FeedbackProblem: Error, Hashable, Sendable {
  /// Stable codes; scripts count them.
  public enum Code: String, Sendable, CaseIterable {
    case notJSON = "not-json"
    case notCSV = "not-csv"
    case missingField = "missing-field"
    case invalidValue = "invalid-value"
    case unreadableTime = "unreadable-time"
    case unknownItem = "unknown-item"
    case unknownRetestReason = "unknown-retest-reason"
    case nothingToAccept = "nothing-to-accept"
    case conflictingEvent = "conflicting-event"
    /// Not refused: kept, and applied when its decision appears.
    case unknownDecision = "unknown-decision"
  }

  public var code: Code
  /// The line's own key; nil where the line is no feedback at all.
  public var field: String?
  /// What is wrong and what to do; never a value of the line.
  public var message: String

  public init(_ code: Code, field: String?, _ message: String) {
    self.code = code
    self.field = field
    self.message = message
  }
}
