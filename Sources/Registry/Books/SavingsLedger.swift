import Catalogue
import Clinical
import Dispatch
import Foundation
import RegistryStore
import Savings

extension Registry {
  /// Everything recorded by `knownAt` that happened by `moment`, folded.
  func ledger(
    _ transaction: StoreTransaction, reference: ReferenceData, at moment: Instant, knownAt: Instant?,
    keepsCauses: Bool = false
  ) throws -> Ledger {
    var ledger = Ledger(reference: reference, at: moment, keepsCauses: keepsCauses)
    var batch: [(kind: String, body: Data)] = []
    func fold() throws {
      for event in try LedgerEvent.decode(batch) {
        switch event {
        case .decision(let decision): ledger.add(decision)
        case .feedback(let feedback): ledger.add(feedback)
        case nil: continue
        }
      }
      batch.removeAll(keepingCapacity: true)
    }
    try transaction.eachEventBody(knownAt: knownAt) { kind, body in
      batch.append((kind, body))
      if batch.count == 8192 { try fold() }
    }
    try fold()
    return ledger
  }
}

/// An event as the ledger takes it.
enum LedgerEvent {
  case decision(RecordedDecision)
  case feedback(FeedbackEvent)

  /// In the order given; nil for events that the books do not know. Reading them is most of an audit's work, so every processor has
  /// its part.
  static func decode(_ batch: [(kind: String, body: Data)]) throws -> [LedgerEvent?] {
    let lanes = min(ProcessInfo.processInfo.activeProcessorCount, batch.count / 256 + 1)
    var results = [Result<LedgerEvent?, any Error>](repeating: .success(nil), count: batch.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Each lane writes the elements of its own indices alone.
      nonisolated(unsafe) let buffer = buffer
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        let decoder = JSONDecoder()
        for index in stride(from: lane, to: batch.count, by: lanes) {
          buffer[index] = Result { try LedgerEvent(batch[index].kind, batch[index].body, decoder) }
        }
      }
    }
    return try results.map { try $0.get() }
  }

  private init?(_ kind: String, _ body: Data, _ decoder: JSONDecoder) throws {
    if kind == "decision" {
      self = .decision(try decoder.decode(RecordedDecision.self, from: body))
    } else if FeedbackEvent.Kind(rawValue: kind) != nil {
      self = .feedback(try decoder.decode(FeedbackEvent.self, from: body))
    } else {
      return nil
    }
  }
}
