import Catalogue
import Clinical
import Hummingbird
import Logging
import NIOPosix
import Recognition
import Registry
import Savings

/// A question as it is put over the network: who puts it, for which institution, and when.
struct Asking: Sendable {
  /// The account, its role, from where.
  var by: AskedBy
  /// The institution that asks; never what a body says.
  var institution: String
  /// Whether it is kept as a prompt of the books.
  var isRecorded = true
  /// As the registry knew everything then: for auditors.
  var knownAt: Instant?
  /// Why an auditor asks.
  var reason: String?

  /// The same, no prompt of the books.
  var unrecorded: Asking {
    var asking = self
    asking.isRecorded = false
    return asking
  }
}

extension Result where Failure == any Error {
  /// The same, where it failed by what is wrong with an order.
  ///
  /// - Throws: what else it failed by.
  fileprivate func ofProblems() throws -> Result<Success, OrderProblem> {
    do {
      return .success(try get())
    } catch let problem as OrderProblem {
      return .failure(problem)
    }
  }
}

extension RegistryService {
  /// Decides some orders of one state of the registry and keeps the questions, in time or not at all.
  ///
  /// - Parameters:
  ///   - put: what is asked, read with the reference data in force; within the time, as all that may wait for the disk is.
  ///   - order: of what was read; or why it is none.
  /// - Returns: for each its decision or why there is none, when all is on disk.
  /// - Throws: `ServiceError.busy` when there is none in time, which is an event of the chain; `RegistryError`, `StoreError`.
  func ask<Put: Sendable>(
    _ asking: Asking, _ context: ServerContext, put: @escaping @Sendable (ReferenceData) throws -> [Put],
    order: @escaping @Sendable (Put) throws(OrderProblem) -> Order
  ) async throws -> (reference: ReferenceData, decided: [(put: Put, result: Result<Decision, OrderProblem>)]) {
    let now = registry.now
    return try await answer(asking, .decision, context) { cut in
      let (reference, puts, decisions) = try await self.looking(cut) { state in
        let reference = try state.reference(knownAt: asking.knownAt).data
        let puts = try put(reference)
        let decisions = try state.decide(count: puts.count, knownAt: asking.knownAt) {
          place, _ throws(OrderProblem) in
          let order = try order(puts[place])
          if asking.knownAt == nil { try order.refuseImplausibleTime(now: now) }
          return order
        }
        return (reference, puts, decisions)
      }
      if puts.isEmpty { return (reference, []) }
      let kept = try await self.keep(decisions, asking, .decision, cut)
      self.count(kept)
      return (reference, zip(puts, kept).map { (put: $0, result: $1) })
    }
  }

  /// Which of a patient's results can be recognised. No prompt of the books: it is kept as an access.
  ///
  /// - Parameter read: the question, read with the reference data in force.
  /// - Throws: `OrderProblem`, `ServiceError`, `RegistryError`, `StoreError`.
  func query(
    _ asking: Asking, _ context: ServerContext, read: @escaping @Sendable (ReferenceData) throws -> Query
  ) async throws -> (reference: ReferenceData, decision: Decision) {
    let now = registry.now
    return try await answer(asking, .query, context) { cut in
      let (reference, decided) = try await self.looking(cut) { state in
        let reference = try state.reference(knownAt: asking.knownAt).data
        return (reference, try Result { try self.decided(read(reference), asking, state, now: now) }.ofProblems())
      }
      return (reference, try await self.keep([decided], asking.unrecorded, .query, cut)[0].get())
    }
  }

  private func decided(
    _ question: Query, _ asking: Asking, _ state: RegistryState, now: Instant
  ) throws -> Decision {
    // An earlier state is for who says why.
    if question.knownAt != nil, asking.reason == nil { throw ServiceError.knownAtNotAllowed }
    let knownAt = question.knownAt ?? asking.knownAt
    if knownAt == nil, let orderedAt = question.orderedAt, !Order.isPlausible(orderedAt, now: now) {
      throw OrderProblem.implausibleTime(nil)
    }
    return try state.query(
      question.patient, institution: asking.institution, items: question.items, setting: question.setting,
      orderedAt: question.orderedAt, knownAt: knownAt)
  }

  private func answer<Value: Sendable>(
    _ asking: Asking, _ what: AccessEvent.Kind, _ context: ServerContext,
    _ work: @escaping @Sendable (AnswerCut) async throws -> Value
  ) async throws -> Value {
    let loop = context.channel.eventLoop
    let start = ContinuousClock.now
    let value = try await AnswerCut.answer(within: configuration.answersWithin, on: loop, work) { mayBeKept in
      self.metrics.count(.timedOut)
      self.keepTimedOut(asking, what)
    }
    metrics.time(.questionSeconds, [], ContinuousClock.now - start)
    return value
  }

  /// Counts the ordered items that were decided.
  private func count(_ decisions: [Result<Decision, OrderProblem>]) {
    for decision in decisions.compactMap({ try? $0.get() }) {
      for item in decision.items { metrics.count(.decisions, [("outcome", item.outcome.rawValue)]) }
    }
  }

  /// Reads on a thread that may wait for the disk.
  private func looking<Value: Sendable>(
    _ cut: AnswerCut, _ body: @escaping @Sendable (RegistryState) throws -> Value
  ) async throws -> Value {
    try await registry.look { state in
      // Whoever asked has been answered already: what is asked now comes first.
      guard cut.isOpen else { throw TooLate() }
      return try body(state)
    }
  }

  /// Keeps what was asked, on disk before it is answered.
  private func keep(
    _ decisions: [Result<Decision, OrderProblem>], _ asking: Asking, _ what: AccessEvent.Kind, _ cut: AnswerCut
  ) async throws -> [Result<Decision, OrderProblem>] {
    let kept = try await registry.submit(
      decisions: decisions, asked: asking.by, institution: asking.institution,
      as: asking.isRecorded ? nil : (what, asking.reason), unlessLate: { cut.begin() })
    guard let kept else { throw TooLate() }
    let told = kept.map(Self.told)
    for case .success(let decision) in told { images.shown.remember(decision, toldTo: asking.institution) }
    return told
  }

  /// What whoever asks is told: of a person all of whom is withheld from them, what they are told of nobody. That they asked is kept all the
  /// same, with whose data it was.
  private static func told(_ kept: Result<Decision, OrderProblem>) -> Result<Decision, OrderProblem> {
    guard let decision = try? kept.get(), decision.isOfStranger else { return kept }
    return .failure(.unknownNumbers(decision.order.order.id))
  }

  /// An answer that did not come is never read as "no prior result".
  private func keepTimedOut(_ asking: Asking, _ what: AccessEvent.Kind) {
    let event = AccessEvent(
      what, by: asking.by, institution: asking.institution, purpose: asking.reason == nil ? .order : .stated,
      outcome: .timedOut, at: registry.now)
    Task {
      do {
        try await registry.submit(access: event, words: asking.reason)
      } catch {
        logger.error("an answer that did not come in time could not be kept as an event")
      }
    }
  }
}

extension Order {
  /// Nobody asks about the past, or the future, as if it were now (service.md, "The question").
  func refuseImplausibleTime(now: Instant) throws(OrderProblem) {
    if !Self.isPlausible(orderedAt, now: now) { throw .implausibleTime(id) }
  }

  static func isPlausible(_ orderedAt: Instant, now: Instant) -> Bool {
    (-300_000...86_400_000).contains(now.milliseconds - orderedAt.milliseconds)
  }
}

extension OrderProblem {
  static func implausibleTime(_ order: String?) -> OrderProblem {
    OrderProblem(
      .orderTimeImplausible, field: "orderedAt",
      "an order is asked about when it is made: from 24 hours back to 5 minutes ahead of the registry's clock",
      orderID: order)
  }
}
