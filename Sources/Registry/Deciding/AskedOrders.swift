import Catalogue
import Clinical
import Foundation
public import Recognition
import RegistryStore
public import Savings

extension Registry {
  /// Decides the orders of one question of one state of the registry, and keeps those that can be decided. From any number of threads:
  /// what comes together is one commit.
  ///
  /// - Returns: for each its decision, when it is on disk, or why there is none.
  /// - Throws: `RegistryError`, or `StoreError` when nothing could be written.
  public func submit(asked orders: [Order]) async throws -> [Result<Decision, OrderProblem>] {
    let decided = try store.read { transaction in
      let reference = try reference(transaction, knownAt: nil).data
      return try orders.map { order -> Result<Decision, OrderProblem> in
        do {
          return .success(try decide(order, reference, transaction, knownAt: transaction.knownAt))
        } catch let problem as OrderProblem {
          return .failure(problem)
        }
      }
    }
    let kept = decided.compactMap { try? $0.get() }
    if kept.isEmpty { return decided }
    try await writing.submit(to: store) { transaction in
      for decision in kept { try self.record(decision, transaction) }
    }
    return decided
  }

  /// The recorded decision of an institution whose id begins so: what a short name of it leads back to.
  ///
  /// - Returns: nil where there is none, or more than one.
  public func decision(idPrefix prefix: String, of institution: String) throws -> RecordedDecision? {
    let bodies = try store.read { try $0.decisionBodies(idPrefix: prefix) }
    let own = bodies.compactMap { try? JSONDecoder().decode(RecordedDecision.self, from: Data($0.utf8)) }
      .filter { $0.orderingInstitution == institution }
    guard let first = own.first, own.allSatisfy({ $0.decisionId == first.decisionId }) else { return nil }
    return first
  }
}
