public import Clinical
import Recognition

/// A stretch of the life of an ordered item: what the books of any time in it say. Books at T hold one entry of a prompt at most: the one with
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
    var asked: [String: [Question]] = [:]
    for decision in decisions {
      for item in decision.itemsOnce {
        asked[item.item, default: []].append(Question(decision: decision, item: item))
      }
    }
    var answers: [String: [Answer]] = [:]
    var items = DecidedItems()
    for (place, event) in feedback.enumerated() where event.kind != .cited {
      guard let decision = named[event.decisionId], event.mayAnswer(decision), items.hold(event.item, of: decision)
      else { continue }
      // An answer to what is not yet asked is not yet known.
      let since = max(event.at.instant, decision.orderedAt.instant)
      answers[event.item, default: []].append(Answer(event: event, place: place, since: since))
    }
    return asked.sorted { $0.key < $1.key }.flatMap { entries($0.value, answers[$0.key] ?? []) }
  }

  private struct Question {
    var decision: RecordedDecision
    var item: RecordedDecision.Item
    var since: Instant { decision.orderedAt.instant }
  }

  private struct Answer {
    var event: FeedbackEvent
    /// In the chain.
    var place: Int
    var since: Instant
  }

  /// - Parameters:
  ///   - asked: what was decided of one item, in the order of the chain.
  ///   - answers: all about it.
  private static func entries(_ asked: [Question], _ answers: [Answer]) -> [BookEntry] {
    // Stable: of several of one time the last recorded counts.
    var questions = asked.sorted { $0.since < $1.since }[...]
    var told = answers.sorted { ($0.since.milliseconds, $0.place) < ($1.since.milliseconds, $1.place) }[...]
    var newest: Question?
    var latest: Answer?
    var entries: [BookEntry] = []
    for moment in Set(asked.map(\.since) + answers.map(\.since)).sorted() {
      while let next = questions.first, next.since <= moment { newest = questions.removeFirst() }
      while let next = told.first, next.since <= moment {
        let isLater = latest.map {
          ($0.event.at.instant.milliseconds, $0.place) < (next.event.at.instant.milliseconds, next.place)
        }
        if isLater ?? true { latest = next }
        told.removeFirst()
      }
      guard let newest else { continue }
      let response = latest?.event.kind == .undone ? nil : latest?.event
      let prompt = Prompt(decision: newest.decision, item: newest.item, response: response, reason: nil)
      if let last = entries.last?.prompt, last.decision.decisionId == newest.decision.decisionId {
        if last.response == response { continue }
        if last.response == nil, let response, response.at.instant == moment {
          entries[entries.count - 1].prompt = prompt
          continue
        }
      }
      if !entries.isEmpty { entries[entries.count - 1].until = moment }
      entries.append(BookEntry(since: moment, until: nil, prompt: prompt))
    }
    return entries
  }
}

/// What later results did to a claim, whatever the books' time.
public struct ClaimFate: Hashable, Sendable {
  /// The first result while the prior was valid.
  public var reversedAt: Instant?
  /// The first one within another window after it.
  public var deferredAt: Instant?

  /// - Parameter later: results of the person, in any order; those of other tests or times are left aside.
  public init(acceptedAt: Instant, validUntil: Instant, windowHours: Int, tests: [ClaimedTest], later: [LaterResult]) {
    let end = validUntil.adding(hours: windowHours)
    let tests = Dictionary(grouping: tests, by: \.item)
    for result in later where result.time <= end {
      guard tests[result.item]?.contains(where: { $0.isDone(by: result, after: acceptedAt) }) ?? false else { continue }
      if result.time <= validUntil {
        reversedAt = min(reversedAt ?? result.time, result.time)
      } else {
        deferredAt = min(deferredAt ?? result.time, result.time)
      }
    }
  }
}
