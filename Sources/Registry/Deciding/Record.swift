public import Clinical
import Foundation
import Recognition
import RegistryStore
import Savings

extension Registry {
  /// Keeps decisions as events: prompts 提醒. All in one commit; what cannot be kept leaves nothing.
  ///
  /// - Returns: each as it came, or, where what it says of times could not be read back, its problem.
  func record(_ decisions: [Result<Decision, OrderProblem>]) throws -> [Result<Decision, OrderProblem>] {
    let events = decisions.map { result in
      result.flatMap { decision -> Result<RecordedDecision, OrderProblem> in
        var event = RecordedDecision(decision)
        event.textDigest = decision.order.order.retestReasonText.map(Registry.textDigest)
        return event.isPlausible ? .success(event) : .failure(.notPlausible(event.orderId))
      }
    }
    if !events.contains(where: { (try? $0.get()) != nil }) { return zip(decisions, events).map(Registry.kept) }
    try store.write { transaction in
      for (decision, event) in zip(decisions, events) {
        guard let event = try? event.get(), let id = try record(event, transaction),
          let text = try? decision.get().order.order.retestReasonText
        else { continue }
        try transaction.insertEventText(id, text: text)
      }
    }
    return zip(decisions, events).map(Registry.kept)
  }

  /// A prompt says what a clinician can be told now: one of a past state would be booked on what was cancelled since.
  ///
  /// - Throws: `RegistryError.usage` when something was recorded after `knownAt`.
  public func refuseRecording(asKnownAt knownAt: Instant) throws {
    if try store.read({ $0.knownAt > knownAt }) {
      throw RegistryError.usage(
        "a decision of the past is not recorded, as results may have been cancelled since: leave out --record or --known-at"
      )
    }
  }

  private static func kept(
    _ decision: Result<Decision, OrderProblem>, _ event: Result<RecordedDecision, OrderProblem>
  ) -> Result<Decision, OrderProblem> { event.flatMap { _ in decision } }

  /// - Returns: the new event's id; nil when the same question answered the same is there already.
  func record(_ event: RecordedDecision, _ transaction: StoreTransaction) throws -> String? {
    let id = "\(Registry.decisionEvents(event.orderingInstitution, event.orderId))\(event.decisionId)"
    if try transaction.eventBody(id) != nil { return nil }
    let body = try Registry.eventBody(event)
    try transaction.append(
      Event(id: id, kind: "decision", decisionID: event.decisionId, at: event.orderedAt.instant, body: body))
    return id
  }

  /// What the ids of the decisions of an order begin with.
  static func decisionEvents(_ institution: String, _ orderID: String) -> String {
    // Letters that are written alike are the same letters, in whichever of Unicode's forms they come.
    "decision:\(institution):\(orderID):".precomposedStringWithCanonicalMapping
  }
}

extension OrderProblem {
  fileprivate static func notPlausible(_ order: String) -> OrderProblem {
    OrderProblem(
      .invalidValue, field: "orderedAt",
      "a time that cannot be meant, here or where its results end to stand in: it lies from 1900-01-02 to 9998-12-31",
      orderID: order)
  }
}
