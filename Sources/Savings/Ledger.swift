public import Catalogue
public import Clinical
import Recognition

/// The fold of the events: decisions and what was answered to them. Feedback counts in any order of arrival, also before its decision.
public struct Ledger: Sendable {
  /// One prompt, and one claim at most, for each.
  public struct Key: Hashable, Sendable {
    public var orderingInstitution: String
    public var orderId: String
    public var item: String

    public init(orderingInstitution: String, orderId: String, item: String) {
      self.orderingInstitution = orderingInstitution
      self.orderId = orderId
      self.item = item
    }
  }

  /// Everything recorded, in the order of the chain.
  public private(set) var decisions: [RecordedDecision] = []
  private var places: [String: Int] = [:]
  private var feedback: [FeedbackEvent] = []
  private let reference: ReferenceData
  private let moment: Instant

  /// - Parameters:
  ///   - reference: what local retest reasons mean.
  ///   - moment: what happened after it is left aside.
  public init(reference: ReferenceData, at moment: Instant) {
    self.reference = reference
    self.moment = moment
  }

  /// Adds events in the order of the chain.
  public mutating func add(_ decision: RecordedDecision) {
    if decision.orderedAt.instant > moment || places[decision.decisionId] != nil { return }
    places[decision.decisionId] = decisions.count
    decisions.append(decision)
  }

  /// Adds events in the order of the chain.
  public mutating func add(_ event: FeedbackEvent) {
    if event.at.instant > moment || event.kind == .cited { return }
    feedback.append(event)
  }

  /// What holds of each prompt: the latest response by its own time, of several the last recorded.
  public func responses() -> [Key: FeedbackEvent] {
    var result: [Key: FeedbackEvent] = [:]
    for event in feedback {
      guard let place = places[event.decisionId], decisions[place].item(event.item) != nil else { continue }
      let key = Ledger.key(decisions[place], event.item)
      if let known = result[key], event.at < known.at { continue }
      result[key] = event
    }
    return result.filter { $0.value.kind != .undone }
  }

  /// Every ordered item once, as its newest decision has it, with the response that holds; in the order of institution, order, item.
  public func prompts() -> [Prompt] {
    var newest: [Key: Int] = [:]
    for (place, decision) in decisions.enumerated() {
      for item in decision.items {
        let key = Ledger.key(decision, item.item)
        if let known = newest[key], decision.orderedAt < decisions[known].orderedAt { continue }
        newest[key] = place
      }
    }
    let responses = responses()
    let keys = newest.keys.sorted {
      ($0.orderingInstitution, $0.orderId, $0.item) < ($1.orderingInstitution, $1.orderId, $1.item)
    }
    return keys.compactMap { key in
      guard let decision = newest[key].map({ decisions[$0] }), let item = decision.item(key.item) else { return nil }
      let response = responses[key]
      return Prompt(decision: decision, item: item, response: response, reason: response.flatMap(reason))
    }
  }

  /// Why something was declined.
  public func reason(_ event: FeedbackEvent) -> RetestReason? {
    guard event.kind == .declined, let place = places[event.decisionId] else { return nil }
    return event.retestReason?.reason(at: decisions[place].orderingInstitution, in: reference)
  }

  static func key(_ decision: RecordedDecision, _ item: String) -> Key {
    Key(orderingInstitution: decision.orderingInstitution, orderId: decision.orderId, item: item)
  }
}
