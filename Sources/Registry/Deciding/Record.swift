public import Clinical
import Foundation
public import Recognition
import RegistryStore
public import Savings

extension Registry {
  /// Keeps decisions as events: prompts 提醒. All in one commit; what cannot be kept leaves nothing, and takes no other with it.
  ///
  /// - Returns: each as it came, or, where what it says of times could not be read back, its problem.
  func record(_ decisions: [Result<Decision, OrderProblem>]) throws -> [Result<Decision, OrderProblem>] {
    if !decisions.contains(where: { (try? $0.get()) != nil }) { return decisions }
    return try store.write { transaction in
      try decisions.map { result in
        guard case .success(let decision) = result else { return result }
        do {
          try transaction.unit { try record(decision, transaction) }
          return result
        } catch RegistryError.notRepeatable {
          return .failure(.notPlausible(decision.order.order.id))
        }
      }
    }
  }

  /// Decides one order line and keeps the question. From any number of threads: what comes together is one commit.
  ///
  /// - Returns: the decision, when it is on disk.
  /// - Throws: `OrderProblem` for what cannot be decided or kept, `RegistryError`, or `StoreError` when nothing could be written.
  public func submit(order line: [UInt8]) async throws -> Decision {
    let decision = try decide(line: line)
    do {
      try await writing.submit(to: store) { try self.record(decision, $0) }
    } catch RegistryError.notRepeatable {
      throw OrderProblem.notPlausible(decision.order.order.id)
    }
    return decision
  }

  /// Keeps what was asked over the network and what came of it, as one commit, unless it is too late to be told.
  ///
  /// - Parameters:
  ///   - decisions: of orders that were put together.
  ///   - asked: who asked, for which institution.
  ///   - access: as what it is kept where it is no prompt of the books, with the reason that was stated; nil: as prompts.
  ///   - begin: asked right before it is written; false: whoever asked has been answered otherwise, and nothing is kept.
  /// - Returns: each as it came, or its problem, when it is on disk; nil where it was too late.
  /// - Throws: `StoreError` when nothing could be written.
  public func submit(
    decisions: [Result<Decision, OrderProblem>], asked: AskedBy, institution: String,
    as access: (what: AccessEvent.Kind, reason: String?)? = nil, unlessLate begin: @escaping @Sendable () -> Bool
  ) async throws -> [Result<Decision, OrderProblem>]? {
    try await writing.submit(to: store, isUrgent: true) { transaction in
      guard begin() else { return nil }
      return try decisions.map { result in
        switch result {
        case .success(let decision):
          if let access {
            var event = AccessEvent(decision, by: asked, what: access.what, at: transaction.recordedAt)
            if access.reason != nil { event.purpose = .stated }
            try self.append(event, words: access.reason, transaction)
            return result
          }
          do {
            try transaction.unit { try self.record(decision, asked: asked, transaction) }
            return result
          } catch RegistryError.notRepeatable {
            return .failure(.notPlausible(decision.order.order.id))
          }
        case .failure(let problem):
          var event = AccessEvent(problem, by: asked, institution: institution, at: transaction.recordedAt)
          if let access { event.what = access.what }
          try self.append(event, words: access?.reason, transaction)
          return result
        }
      }
    }
  }

  private func record(_ decision: Decision, asked: AskedBy? = nil, _ transaction: any StoreTransaction) throws {
    let text = decision.order.order.retestReasonText
    var event = RecordedDecision(decision)
    event.textDigest = try text.map(transaction.keyedDigest)
    event.asked = asked
    guard event.isPlausible else { throw RegistryError.notRepeatable(kind: "decision") }
    if let id = try record(event, transaction) {
      if let text { try transaction.insertEventText(id, text: text) }
    } else if let asked {
      // The same question, answered the same, is one prompt of the books; who put it again has looked again.
      try append(AccessEvent(decision, by: asked, what: .decision, at: transaction.recordedAt), transaction)
    }
  }

  /// A prompt says what a clinician can be told now: one of a past state would be booked on what was cancelled since.
  ///
  /// - Throws: `RegistryError.pastDecision` when something was recorded after `knownAt`.
  public func refuseRecording(asKnownAt knownAt: Instant) throws {
    if try store.read({ $0.knownAt > knownAt }) { throw RegistryError.pastDecision }
  }

  /// - Returns: the new event's id; nil when the same question answered the same is there already.
  func record(_ event: RecordedDecision, _ transaction: any StoreTransaction) throws -> String? {
    let id = "\(Registry.decisionEvents(event.orderingInstitution, event.orderId))\(event.decisionId)"
    if try transaction.eventBody(id) != nil { return nil }
    let body = try Registry.eventBody(event)
    try transaction.append(
      Event(id: id, kind: "decision", decisionID: event.decisionId, at: event.orderedAt.instant, body: body))
    try transaction.indexLastEvent(person: event.person)
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
