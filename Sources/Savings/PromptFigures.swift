import Catalogue

/// Prompts and what was answered to them, with the rates of which they are the denominator.
public struct PromptFigures: Sendable, Hashable {
  public internal(set) var prompts = 0
  public internal(set) var accepted = 0
  public internal(set) var declined = 0
  /// Declined with 98 or 99.
  public internal(set) var notRefusals = 0
  public internal(set) var noResponse = 0
  /// Declines, `notRefusals` included, by retest reason.
  public internal(set) var reasons: [String: Int] = [:]
  /// Declines of which the patient was told.
  public internal(set) var patientTold = 0

  public init() {}

  /// Accepted of all prompts; nil without any.
  public var recognitionRate: Double? { prompts == 0 ? nil : Double(accepted) / Double(prompts) }
  /// Prompts with any response, of all prompts; nil without any.
  public var feedbackRate: Double? { prompts == 0 ? nil : Double(prompts - noResponse) / Double(prompts) }

  /// What was answered to a prompt.
  struct Response {
    var isAccepted: Bool
    /// Why it was declined.
    var reason: RetestReason?
    var isPatientTold: Bool
  }

  mutating func add(_ response: Response, count: Int = 1) {
    prompts += count
    if response.isAccepted {
      accepted += count
    } else if let reason = response.reason {
      reasons[String(reason.rawValue), default: 0] += count
      patientTold += response.isPatientTold ? count : 0
      if reason.isRefusal { declined += count } else { notRefusals += count }
    } else {
      noResponse += count
    }
  }

  mutating func add(_ prompt: Prompt) { add(Response(prompt)) }
}

extension PromptFigures.Response {
  init(_ prompt: Prompt) {
    self.init(
      isAccepted: prompt.acceptedAt != nil, reason: prompt.reason, isPatientTold: prompt.response?.patientTold == true)
  }
}

extension PromptFigures: Encodable {
  private enum Key: String, CodingKey {
    case prompts, accepted, declined, notRefusals, noResponse, recognitionRate, feedbackRate, reasons, patientTold
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(prompts, forKey: .prompts)
    try container.encode(accepted, forKey: .accepted)
    try container.encode(declined, forKey: .declined)
    try container.encode(notRefusals, forKey: .notRefusals)
    try container.encode(noResponse, forKey: .noResponse)
    // A rate that is not computed is said: null.
    try container.encode(recognitionRate, forKey: .recognitionRate)
    try container.encode(feedbackRate, forKey: .feedbackRate)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(patientTold, forKey: .patientTold)
  }
}
