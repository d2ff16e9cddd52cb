import Catalogue
import Clinical
import RegistryStore
public import Savings

extension Registry {
  /// Feedback that changes nothing yet: its decision is not recorded here, or is not about its item. In the order of the chain.
  public func waitingFeedback() throws -> [FeedbackEvent] {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: nil).data
      return try ledger(transaction, reference: reference, at: Instant(milliseconds: .max), knownAt: nil).waiting()
    }
  }
}
