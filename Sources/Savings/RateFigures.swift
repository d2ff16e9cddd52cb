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

  mutating func add(_ prompt: Prompt) {
    questions += 1
    outcomes[prompt.item.outcome.rawValue, default: 0] += 1
    causes.merge(prompt.item.causes ?? [:], uniquingKeysWith: +)
    if prompt.item.outcome == .retestJustified, let reason = prompt.decision.retestReason {
      retestJustified[String(reason.rawValue), default: 0] += 1
    }
    guard prompt.isPrompt else { return }
    if prompt.isSameInstitution { sameInstitution.add(prompt) } else { responses.add(prompt) }
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
    figures.add(RowSubject(prompt, time: orderedAt).key(scope.dimensions, in: reference)) { $0.add(prompt) }
    guard prompt.isPrompt, !prompt.isSameInstitution else { return }
    let ordering = prompt.decision.orderingInstitution
    byInstitution[ordering, default: RateSides(institution: ordering)].ordering.add(prompt)
    for source in Set(prompt.item.chosen.map(\.institution)) where source != ordering {
      byInstitution[source, default: RateSides(institution: source)].source.add(prompt)
    }
  }

  /// Both sides of every institution with a prompt, in order of their codes.
  public var sides: [RateSides] { byInstitution.values.sorted { $0.institution < $1.institution } }
}
