import Catalogue
import Clinical
import Foundation
import RegistryStore
import Savings

extension Registry {
  /// Everything recorded by `knownAt` that happened by `moment`, folded.
  func ledger(
    _ transaction: StoreTransaction, reference: ReferenceData, at moment: Instant, knownAt: Instant?
  ) throws -> Ledger {
    var ledger = Ledger(reference: reference, at: moment)
    let decoder = JSONDecoder()
    try transaction.eachEventBody(knownAt: knownAt) { kind, body in
      if kind == "decision" {
        ledger.add(try decoder.decode(RecordedDecision.self, from: body))
      } else if FeedbackEvent.Kind(rawValue: kind) != nil {
        ledger.add(try decoder.decode(FeedbackEvent.self, from: body))
      }
    }
    return ledger
  }
}
