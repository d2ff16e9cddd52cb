import Catalogue
import Clinical
import Dispatch
import Foundation
import RegistryStore
import Savings

extension Registry {
  /// Everything recorded by `knownAt` that happened by `moment`, folded.
  func ledger(
    _ transaction: any StoreSnapshot, reference: ReferenceData, at moment: Instant, knownAt: Instant?,
    keepsCauses: Bool = false
  ) throws -> Ledger {
    var ledger = Ledger(reference: reference, at: moment, keepsCauses: keepsCauses)
    var batch: [StoredEventBody] = []
    func fold() {
      for (event, stored) in zip(LedgerEvent.decode(batch), batch) {
        switch event {
        case .decision(let decision): ledger.add(decision)
        case .feedback(let feedback): ledger.add(feedback)
        case .unreadable: ledger.leaveOut(stored.id)
        case nil: continue
        }
      }
      batch.removeAll(keepingCapacity: true)
    }
    try transaction.eachEventBody(knownAt: knownAt) { event in
      batch.append(event)
      if batch.count == 8192 { fold() }
    }
    fold()
    return ledger
  }
}

extension Registry {
  /// The same of some orders alone, as far as all that is recorded tells.
  func ledger(
    of orders: [String], _ transaction: any StoreSnapshot, reference: ReferenceData, at moment: Instant
  ) throws -> Ledger {
    var events: [Int64: StoredEventBody] = [:]
    for order in orders {
      for event in try transaction.events(orderPrefix: order) { events[event.place] = event }
    }
    var ledger = Ledger(reference: reference, at: moment)
    for event in LedgerEvent.decode(events.sorted { $0.key < $1.key }.map(\.value)) {
      switch event {
      case .decision(let decision): ledger.add(decision)
      case .feedback(let feedback): ledger.add(feedback)
      case .unreadable, nil: continue
      }
    }
    for event in try transaction.unreadableEvents() { ledger.leaveOut(event) }
    return ledger
  }
}

/// An event as the ledger takes it.
enum LedgerEvent {
  case decision(RecordedDecision)
  case feedback(FeedbackEvent)
  /// It holds a time or an amount that nobody can mean, as earlier versions took them: no audit ends for it.
  case unreadable

  /// In the order given; nil for events that the books do not know. Reading them is most of an audit's work, so every processor has
  /// its part.
  static func decode(_ batch: [StoredEventBody]) -> [LedgerEvent?] {
    let lanes = min(ProcessInfo.processInfo.activeProcessorCount, batch.count / 256 + 1)
    var results = [LedgerEvent?](repeating: nil, count: batch.count)
    results.withUnsafeMutableBufferPointer { buffer in
      // Each lane writes the elements of its own indices alone.
      nonisolated(unsafe) let buffer = buffer
      DispatchQueue.concurrentPerform(iterations: lanes) { lane in
        let decoder = JSONDecoder()
        for index in stride(from: lane, to: batch.count, by: lanes) {
          buffer[index] = LedgerEvent(batch[index].kind, batch[index].body, decoder)
        }
      }
    }
    return results
  }

  var decision: RecordedDecision? {
    if case .decision(let decision) = self { decision } else { nil }
  }

  private init?(_ kind: String, _ body: Data, _ decoder: JSONDecoder) {
    if kind == "decision" {
      let decision = try? decoder.decode(RecordedDecision.self, from: body)
      self = decision.flatMap { $0.isPlausible ? .decision($0) : nil } ?? .unreadable
    } else if FeedbackEvent.Kind(rawValue: kind) != nil {
      let feedback = try? decoder.decode(FeedbackEvent.self, from: body)
      self = feedback.flatMap { $0.isPlausible ? .feedback($0) : nil } ?? .unreadable
    } else {
      return nil
    }
  }
}
