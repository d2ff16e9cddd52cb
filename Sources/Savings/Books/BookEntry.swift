public import Clinical
import Recognition

/// A stretch of a prompt's life: what the books of any time in it say. Books at T hold one entry of a prompt at most: the one with
/// `since ≤ T < until`; its response counts from the response's own time on.
public struct BookEntry: Sendable {
  /// Included.
  public let since: Instant
  /// Excluded; nil: for good.
  public private(set) var until: Instant?
  public private(set) var prompt: Prompt

  /// When it is accepted in these books, where it is a claim.
  public var acceptedAt: Instant? { prompt.item.validUntil == nil ? nil : prompt.acceptedAt }
}

extension BookEntry {
  /// All that the books of any time say of one order, by the rules of `Ledger`.
  ///
  /// - Parameters:
  ///   - decisions: all of one order at one institution, in the order of the chain.
  ///   - feedback: all that names one of them, in the order of the chain.
  public static func entries(of decisions: [RecordedDecision], feedback: [FeedbackEvent]) -> [BookEntry] {
    let named = Dictionary(decisions.map { ($0.decisionId, $0) }) { first, _ in first }
    let items = Set(decisions.flatMap(\.items).map(\.item)).sorted()
    return items.flatMap { code -> [BookEntry] in
      let asked = decisions.filter { $0.item(code) != nil }
      let answers = feedback.compactMap { event -> Answer? in
        guard event.kind != .cited, event.item == code, let decision = named[event.decisionId],
          decision.item(code) != nil
        else { return nil }
        // An answer to what is not yet asked is not yet known.
        return Answer(event: event, since: max(event.at.instant, decision.orderedAt.instant))
      }
      return entries(of: code, asked, answers)
    }
  }

  private struct Answer {
    var event: FeedbackEvent
    var since: Instant
  }

  private static func entries(of code: String, _ asked: [RecordedDecision], _ answers: [Answer]) -> [BookEntry] {
    let moments = Set(asked.map(\.orderedAt.instant) + answers.map(\.since)).sorted()
    var entries: [BookEntry] = []
    for moment in moments {
      var newest: RecordedDecision?
      for decision in asked where decision.orderedAt.instant <= moment {
        if let known = newest, decision.orderedAt < known.orderedAt { continue }
        newest = decision
      }
      guard let decision = newest, let item = decision.item(code) else { continue }
      var latest: FeedbackEvent?
      for answer in answers where answer.since <= moment {
        if let known = latest, answer.event.at < known.at { continue }
        latest = answer.event
      }
      let response = latest?.kind == .undone ? nil : latest
      let prompt = Prompt(decision: decision, item: item, response: response, reason: nil)
      if let last = entries.last?.prompt, last.decision.decisionId == decision.decisionId {
        if last.response == response { continue }
        if last.response == nil, let response, response.at.instant == moment {
          entries[entries.count - 1].prompt = prompt
          continue
        }
      }
      if !entries.isEmpty { entries[entries.count - 1].until = moment }
      entries.append(BookEntry(since: moment, until: nil, prompt: prompt))
    }
    return entries.filter { $0.prompt.isPrompt || $0.prompt.acceptedAt != nil }
  }
}

/// What later results did to a claim, whatever the books' time.
public struct ClaimFate: Hashable, Sendable {
  /// The first result while the prior was valid.
  public var reversedAt: Instant?
  /// The first one within another window after it.
  public var deferredAt: Instant?

  /// - Parameter later: results of the person, in any order; those of other items or times are left aside.
  public init(acceptedAt: Instant, validUntil: Instant, windowHours: Int, items: [String], later: [LaterResult]) {
    let end = validUntil.adding(hours: windowHours)
    for result in later where result.time > acceptedAt && result.time <= end && items.contains(result.item) {
      if result.time <= validUntil {
        reversedAt = min(reversedAt ?? result.time, result.time)
      } else {
        deferredAt = min(deferredAt ?? result.time, result.time)
      }
    }
  }
}
