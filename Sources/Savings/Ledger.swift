public import Catalogue
public import Clinical
import Recognition

/// The fold of the events: decisions and what was answered to them. Feedback counts in any order of arrival, also before its decision.
public struct Ledger: Sendable {
  /// One prompt, and one claim at most, for each.
  private struct Key: Hashable {
    var orderingInstitution: String
    var orderId: String
    var item: String
  }

  /// Everything recorded, in the order of the chain.
  public private(set) var decisions: [RecordedDecision] = []
  /// The ids of events that count for nothing, as no time or amount they hold can be meant; in the order of the chain.
  public private(set) var unreadable: [String] = []
  private var places: [String: Int] = [:]
  private var feedback: [FeedbackEvent] = []
  private let reference: ReferenceData
  private let moment: Instant
  private let keepsCauses: Bool

  /// - Parameters:
  ///   - reference: what local retest reasons mean.
  ///   - moment: what happened after it is left aside.
  ///   - keepsCauses: whether the failed checks are asked for: of a year of decisions they are much to hold.
  public init(reference: ReferenceData, at moment: Instant, keepsCauses: Bool = false) {
    self.reference = reference
    self.moment = moment
    self.keepsCauses = keepsCauses
  }

  /// Adds a decision; to be called in the order of the chain.
  public mutating func add(_ decision: RecordedDecision) {
    if decision.orderedAt.instant > moment || places[decision.decisionId] != nil { return }
    places[decision.decisionId] = decisions.count
    var decision = decision
    decision.reference = nil
    if !keepsCauses { for index in decision.items.indices { decision.items[index].causes = nil } }
    decisions.append(decision)
  }

  /// Adds a response; to be called in the order of the chain.
  public mutating func add(_ event: FeedbackEvent) {
    if event.at.instant > moment || event.kind == .cited { return }
    feedback.append(event)
  }

  /// Leaves an event out that cannot be read.
  public mutating func leaveOut(_ event: String) { unreadable.append(event) }

  /// Where the response to each prompt stands: the latest by its own time, of several the last recorded.
  private func responsePlaces() -> [Key: Int] {
    var result: [Key: Int] = [:]
    result.reserveCapacity(feedback.count)
    var items = DecidedItems()
    for (index, event) in feedback.enumerated() {
      guard let place = places[event.decisionId], event.mayAnswer(decisions[place]),
        items.hold(event.item, of: decisions[place])
      else { continue }
      let key = Ledger.key(decisions[place], event.item)
      if let known = result[key], event.at < feedback[known].at { continue }
      result[key] = index
    }
    return result
  }

  /// What was answered; nil without response, and when it was taken back.
  private func response(_ place: Int?) -> FeedbackEvent? {
    guard let place, feedback[place].kind != .undone else { return nil }
    return feedback[place]
  }

  /// Every ordered item once, as its newest decision has it, with the response that holds; in the order of the chain.
  public func prompts() -> [Prompt] {
    var newest: [Key: Int] = [:]
    newest.reserveCapacity(decisions.count)
    for (place, decision) in decisions.enumerated() {
      for item in decision.items {
        let key = Ledger.key(decision, item.item)
        if let known = newest[key], decision.orderedAt < decisions[known].orderedAt { continue }
        newest[key] = place
      }
    }
    let responses = responsePlaces()
    var prompts: [Prompt] = []
    prompts.reserveCapacity(newest.count)
    for (place, decision) in decisions.enumerated() {
      // Of an item ordered twice there is one prompt.
      for item in decision.itemsOnce {
        let key = Ledger.key(decision, item.item)
        guard newest[key] == place else { continue }
        let response = response(responses[key])
        prompts.append(Prompt(decision: decision, item: item, response: response, reason: response.flatMap(reason)))
      }
    }
    return prompts
  }

  /// Whom a decision was about, as it names them: the code, and where it was kept the source record.
  public struct Subject: Hashable, Sendable {
    public let person: String
    public let record: Int64?

    public init(_ decision: RecordedDecision) { (person, record) = (decision.person, decision.record) }

    public init(person: String, record: Int64?) { (self.person, self.record) = (person, record) }
  }

  /// What every recorded decision says of repeating, by whom it was about.
  public func grounds() -> [Subject: [RetestGround]] {
    let responses = responsePlaces()
    var result: [Subject: [RetestGround]] = [:]
    for (place, decision) in decisions.enumerated() {
      for item in decision.items {
        let declined = response(responses[Ledger.key(decision, item.item)]).flatMap(reason)
        result[Subject(decision), default: []].append(
          RetestGround(
            institution: decision.orderingInstitution, item: item.item, orderedAt: decision.orderedAt.instant,
            reason: decision.retestReason ?? declined, place: place))
      }
    }
    return result
  }

  /// The feedback whose decision is not recorded here, or is not about its item: it waits.
  public func waiting() -> [FeedbackEvent] {
    var items = DecidedItems()
    return feedback.filter { event in
      guard let place = places[event.decisionId], event.mayAnswer(decisions[place]) else { return true }
      return !items.hold(event.item, of: decisions[place])
    }
  }

  /// Why something was declined.
  private func reason(_ event: FeedbackEvent) -> RetestReason? {
    guard event.kind == .declined, let place = places[event.decisionId] else { return nil }
    return event.retestReason?.reason(at: decisions[place].orderingInstitution, in: reference)
  }

  private static func key(_ decision: RecordedDecision, _ item: String) -> Key {
    Key(orderingInstitution: decision.orderingInstitution, orderId: decision.orderId, item: item)
  }
}

/// Whether decisions are about items: of an order of thousands, looked through once.
struct DecidedItems {
  private var known: [String: Set<String>] = [:]

  mutating func hold(_ item: String, of decision: RecordedDecision) -> Bool {
    if decision.items.count <= 16 { return decision.items.contains { $0.item == item } }
    if let items = known[decision.decisionId] { return items.contains(item) }
    let items = Set(decision.items.map(\.item))
    known[decision.decisionId] = items
    return items.contains(item)
  }
}
