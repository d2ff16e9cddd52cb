public import Catalogue
public import Clinical
import Recognition

/// An ordered item as its newest decision has it, with the response that holds.
public struct Prompt: Sendable {
  public let decision: RecordedDecision
  public let item: RecordedDecision.Item
  /// An accept or a decline; nil: no response 未反馈, which is neither a refusal nor a saving.
  public let response: FeedbackEvent?
  /// Why it was declined.
  public let reason: RetestReason?

  public init(
    decision: RecordedDecision, item: RecordedDecision.Item, response: FeedbackEvent?, reason: RetestReason?
  ) {
    self.decision = decision
    self.item = item
    self.response = response
    self.reason = reason
  }

  /// Whether the ordering institution was prompted: accepting in spite of a retest reason is a claim without having been.
  public var isPrompt: Bool { item.outcome == .recognise || item.outcome == .recogniseInPart }

  /// Whether all chosen results come from the ordering institution itself.
  public var isSameInstitution: Bool {
    !item.chosen.isEmpty && item.chosen.allSatisfy { $0.institution == decision.orderingInstitution }
  }

  /// The institutions whose results stood in, in byte order, joined by `+`; nil without any.
  public var sources: String? {
    item.chosen.isEmpty ? nil : Set(item.chosen.map(\.institution)).sorted().joined(separator: "+")
  }

  /// When it was accepted, where it is a claim.
  public var acceptedAt: Instant? {
    guard item.outcome.isRecognisable, let response, response.kind == .accepted else { return nil }
    return response.at.instant
  }
}
