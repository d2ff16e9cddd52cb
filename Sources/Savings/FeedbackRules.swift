public import Catalogue
import Recognition

extension FeedbackEvent {
  /// Whether a decision can be answered so.
  ///
  /// - Parameters:
  ///   - named: the decision that the feedback names.
  ///   - newest: the newest one that this order and item had; it is what counts.
  /// - Throws: why not.
  public func check(
    against named: RecordedDecision, newest: RecordedDecision, in reference: ReferenceData
  ) throws(FeedbackProblem) {
    guard named.item(item) != nil else {
      throw FeedbackProblem(.unknownItem, field: "item", "the decision is not about this item: give the ordered item")
    }
    switch kind {
    case .accepted:
      guard newest.item(item)?.outcome.isRecognisable == true else {
        throw FeedbackProblem(.nothingToAccept, field: "kind", "the newest decision found no result to recognise")
      }
    case .declined:
      guard let reason = retestReason?.reason(at: named.orderingInstitution, in: reference) else {
        throw FeedbackProblem(
          .unknownRetestReason, field: "retestReason", "neither 1…6, 98, 99 nor a code of retest-reasons.csv")
      }
      try check(reason)
    case .undone, .cited: return
    }
  }

  /// What can be said before the decision is known: reason 6 needs its text.
  public func checkAlone() throws(FeedbackProblem) {
    if case .number(RetestReason.other.rawValue) = retestReason { try check(.other) }
  }

  private func check(_ reason: RetestReason) throws(FeedbackProblem) {
    if kind == .declined, reason == .other, textDigest == nil {
      throw FeedbackProblem(.missingField, field: "text", "reason 6 (other) needs its text")
    }
  }
}
