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
}

extension RegistryService {
  /// Decides some orders of one state of the registry and keeps the questions, in time or not at all.
  ///
  /// - Parameter order: what each is, with the reference data in force; or why it is none.
  /// - Returns: for each its decision or why there is none, when all is on disk.
  /// - Throws: `ServiceError.busy` when there is none in time, which is an event of the chain; `RegistryError`, `StoreError`.
  func ask(
    _ asking: Asking, count: Int, _ context: ServerContext,
    orders order: @escaping @Sendable (Int, ReferenceData) throws(OrderProblem) -> Order
  ) async throws -> [Result<Decision, OrderProblem>] {
    let now = registry.now
    return try await answer(asking, .decision, context) { cut in
      let decisions = try await self.looking(cut) {
        try self.registry.decide(count: count, knownAt: asking.knownAt) {
          place, reference throws(OrderProblem) in
          let order = try order(place, reference)
          if asking.knownAt == nil { try order.refuseImplausibleTime(now: now) }
          return order
        }
      }
      return try await self.keep(decisions, asking, .decision, cut)
    }
  }

  /// Which of a patient's results can be recognised. No prompt of the books: it is kept as an access.
  func query(
    _ asking: Asking, _ context: ServerContext, patient: OrderPatient, items: [String], setting: Setting?,
    orderedAt: Instant?
  ) async throws -> Decision {
    try await answer(asking, .query, context) { cut in
      let decisions = try await self.looking(cut) { () -> [Result<Decision, OrderProblem>] in
        do {
          return [
            .success(
              try self.registry.query(
                patient, institution: asking.institution, items: items, setting: setting, orderedAt: orderedAt,
                knownAt: asking.knownAt))
          ]
        } catch let problem as OrderProblem {
          return [.failure(problem)]
        }
      }
      var unrecorded = asking
      unrecorded.isRecorded = false
      return try await self.keep(decisions, unrecorded, .query, cut)[0].get()
    }
  }

  private func answer<Value: Sendable>(
    _ asking: Asking, _ what: AccessEvent.Kind, _ context: ServerContext,
    _ work: @escaping @Sendable (AnswerCut) async throws -> Value
  ) async throws -> Value {
    let loop = context.channel.eventLoop
    return try await AnswerCut.answer(within: configuration.answersWithin, on: loop, work) { mayBeKept in
      self.keepTimedOut(asking, what)
    }
  }

  /// Reads on a thread that may wait for the disk.
  private func looking<Value: Sendable>(
    _ cut: AnswerCut, _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try await threads.runIfActive {
      // Whoever asked has been answered already: what is asked now comes first.
      guard cut.isOpen else { throw TooLate() }
      return try body()
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
    return kept
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
