import Foundation
import RegistryStore
public import Savings

extension Registry {
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
