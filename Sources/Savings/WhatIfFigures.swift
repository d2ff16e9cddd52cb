public import Recognition

/// Decisions and savings of a period under other reference data, beside what they were.
public struct WhatIfFigures: Encodable, Sendable {
  /// One side of the comparison; all but the outcomes is between institutions.
  public struct Side: Encodable, Sendable, Hashable {
    /// Ordered items by outcome.
    public private(set) var outcomes: [String: Int] = [:]
    public private(set) var prompts = 0
    /// What the prompts could avoid, in fen.
    public private(set) var promptFen = 0
    /// Prompts without a price.
    public private(set) var unknownPrice = 0
    /// What was accepted, and can be here.
    public private(set) var accepted = 0
    /// Gross; what somebody would have answered to a prompt that was not there is not guessed.
    public private(set) var acceptedFen = 0

    mutating func add(_ prompt: Prompt) {
      outcomes[prompt.item.outcome.rawValue, default: 0] += 1
      if prompt.isSameInstitution { return }
      let fen = prompt.item.priceFen ?? 0
      if prompt.isPrompt {
        prompts += 1
        promptFen.add(fen)
        unknownPrice += prompt.item.priceFen == nil ? 1 : 0
      }
      if prompt.acceptedAt != nil {
        accepted += 1
        acceptedFen.add(fen)
      }
    }
  }

  /// Ordered items whose outcome changed from one to another.
  public struct Change: Encodable, Sendable, Hashable {
    public var before: ItemDecision.Outcome
    public var after: ItemDecision.Outcome
    public var n = 0
    /// What could be avoided, own results included.
    public var beforeFen = 0
    public var afterFen = 0

    public init(
      before: ItemDecision.Outcome, after: ItemDecision.Outcome, n: Int = 0, beforeFen: Int = 0, afterFen: Int = 0
    ) {
      self.before = before
      self.after = after
      self.n = n
      self.beforeFen = beforeFen
      self.afterFen = afterFen
    }
  }

  /// Why an item is in neither total.
  public enum Unasked: String, Sendable, CaseIterable {
    /// Asked with what held then, the registry answers something else now: a detail of the order that the books do not keep (specimen,
    /// body site), or records erased since.
    case notReproduced = "not-reproduced"
    /// The other reference data does not know the institution or an item.
    case notDecidable = "not-decidable"
  }

  /// Ordered items that are in the totals.
  public private(set) var examined = 0
  public private(set) var before = Side()
  public private(set) var after = Side()
  /// By `Unasked`, every cause being there.
  public private(set) var unasked = Dictionary(uniqueKeysWithValues: Unasked.allCases.map { ($0.rawValue, 0) })
  public private(set) var sameOutcome = 0
  /// Of the same outcome, with another amount or on other results.
  public private(set) var otherPrice = 0
  public private(set) var otherResults = 0
  private var byOutcome: [[String]: Change] = [:]

  public init() {}

  /// In the order of the outcomes' names.
  public var changes: [Change] {
    byOutcome.values.sorted { ($0.before.rawValue, $0.after.rawValue) < ($1.before.rawValue, $1.after.rawValue) }
  }

  public mutating func leaveOut(_ cause: Unasked) { unasked[cause.rawValue, default: 0] += 1 }

  /// Compares an ordered item with what it would have been.
  ///
  /// - Returns: how often its change of outcome came by now; nil when the outcome is the same.
  public mutating func add(_ then: Prompt, instead: RecordedDecision.Item) -> Int? {
    let other = Prompt(decision: then.decision, item: instead, response: then.response, reason: then.reason)
    examined += 1
    before.add(then)
    after.add(other)
    guard then.item.outcome != instead.outcome else {
      sameOutcome += 1
      otherPrice += then.item.priceFen == instead.priceFen ? 0 : 1
      otherResults += then.item.hasResults(of: instead) ? 0 : 1
      return nil
    }
    let key = [then.item.outcome.rawValue, instead.outcome.rawValue]
    var change = byOutcome[key] ?? Change(before: then.item.outcome, after: instead.outcome)
    change.n += 1
    change.beforeFen.add(then.item.priceFen ?? 0)
    change.afterFen.add(instead.priceFen ?? 0)
    byOutcome[key] = change
    return change.n
  }

  private enum Key: String, CodingKey {
    case examined, before, after, unasked, sameOutcome, otherPrice, otherResults, changes
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(examined, forKey: .examined)
    try container.encode(before, forKey: .before)
    try container.encode(after, forKey: .after)
    try container.encode(unasked, forKey: .unasked)
    try container.encode(sameOutcome, forKey: .sameOutcome)
    try container.encode(otherPrice, forKey: .otherPrice)
    try container.encode(otherResults, forKey: .otherResults)
    try container.encode(changes, forKey: .changes)
  }
}

extension RecordedDecision.Item {
  /// Whether the same results stand in; how long they may is not asked.
  fileprivate func hasResults(of other: RecordedDecision.Item) -> Bool {
    func names(_ chosen: [RecordedDecision.Chosen]) -> Set<[String]> {
      Set(chosen.map { [$0.institution, $0.reportId, $0.item, $0.version] })
    }
    return names(chosen) == names(other.chosen)
  }

  /// Whether another decision says the same of it: outcome, amount and results.
  public func isAnsweredAlike(_ other: RecordedDecision.Item) -> Bool {
    outcome == other.outcome && priceFen == other.priceFen && hasResults(of: other)
  }
}
