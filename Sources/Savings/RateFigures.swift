public import Catalogue
import Recognition

/// What was asked, what was answered, and why results could not stand in.
public struct RateFigures: Sendable, Hashable {
  /// Ordered items, each as its newest decision has it.
  public private(set) var questions = 0
  public private(set) var outcomes: [String: Int] = [:]
  /// Between institutions.
  public private(set) var responses = PromptFigures()
  public private(set) var sameInstitution = PromptFigures()
  /// `retest-justified`, by the reason of the order.
  public private(set) var retestJustified: [String: Int] = [:]
  /// How many candidates failed each check.
  public private(set) var causes: [String: Int] = [:]

  public init() {}

  /// Ordered items that are alike.
  struct Question {
    var outcome: String
    /// How many candidates failed each check.
    var causes: [String: Int]
    /// The reason of the order to repeat.
    var reason: RetestReason?
    /// nil: nobody was prompted.
    var response: PromptFigures.Response?
    var isSameInstitution: Bool
  }

  mutating func add(_ question: Question, count: Int = 1) {
    questions += count
    outcomes[question.outcome, default: 0] += count
    for (check, failed) in question.causes { causes[check, default: 0] += failed * count }
    if question.outcome == ItemDecision.Outcome.retestJustified.rawValue, let reason = question.reason {
      retestJustified[String(reason.rawValue), default: 0] += count
    }
    guard let response = question.response else { return }
    if question.isSameInstitution {
      sameInstitution.add(response, count: count)
    } else {
      responses.add(response, count: count)
    }
  }
}

extension RateFigures.Question {
  init(_ prompt: Prompt) {
    self.init(
      outcome: prompt.item.outcome.rawValue, causes: prompt.item.causes ?? [:], reason: prompt.decision.retestReason,
      response: prompt.isPrompt ? PromptFigures.Response(prompt) : nil, isSameInstitution: prompt.isSameInstitution)
  }
}

extension RateFigures: Encodable {
  private enum Key: String, CodingKey {
    case questions, outcomes, sameInstitution, retestJustified, causes
  }

  public func encode(to encoder: any Encoder) throws {
    try responses.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(questions, forKey: .questions)
    try container.encode(outcomes, forKey: .outcomes)
    try container.encode(sameInstitution, forKey: .sameInstitution)
    try container.encode(retestJustified, forKey: .retestJustified)
    try container.encode(causes, forKey: .causes)
  }
}

/// The prompts between institutions that one of them is a side of.
public struct RateSides: Encodable, Sendable, Hashable {
  public let institution: String
  /// It ordered: what it was prompted, and what it answered.
  public fileprivate(set) var ordering = PromptFigures()
  /// Its results stood in, alone or with those of others: what others were prompted with them, and answered.
  public fileprivate(set) var source = PromptFigures()
}

/// The rates of a period, by the time of the order.
public struct RateBooks: Sendable {
  public private(set) var figures: AuditRows<RateFigures>
  private var byInstitution: [String: RateSides] = [:]
  private let scope: AuditScope
  private let reference: ReferenceData

  public init(_ scope: AuditScope, reference: ReferenceData) {
    self.scope = scope
    self.reference = reference
    figures = AuditRows(RateFigures(), by: scope.dimensions)
  }

  public mutating func add(_ prompt: Prompt) {
    let orderedAt = prompt.decision.orderedAt.instant
    guard scope.contains(orderedAt) else { return }
    add(RateFigures.Question(prompt), to: RowSubject(prompt, time: orderedAt).key(scope.dimensions, in: reference))
    guard prompt.isPrompt, !prompt.isSameInstitution else { return }
    add(
      PromptFigures.Response(prompt), of: prompt.decision.orderingInstitution,
      sources: Set(prompt.item.chosen.map(\.institution)))
  }

  mutating func add(_ question: RateFigures.Question, count: Int = 1, to key: [String?]) {
    figures.add(key) { $0.add(question, count: count) }
  }

  /// Counts a prompt between institutions for both its sides.
  mutating func add(
    _ response: PromptFigures.Response, count: Int = 1, of ordering: String, sources: some Collection<String>
  ) {
    byInstitution[ordering, default: RateSides(institution: ordering)].ordering.add(response, count: count)
    for source in sources where source != ordering {
      byInstitution[source, default: RateSides(institution: source)].source.add(response, count: count)
    }
  }

  /// Both sides of every institution with a prompt, in order of their codes.
  public var sides: [RateSides] { byInstitution.values.sorted { $0.institution < $1.institution } }
}
