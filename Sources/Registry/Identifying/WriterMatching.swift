import PersonIndex
import RegistryStore

/// The index of people as the writer of a process has it: it goes back with a unit or a transaction that is taken back, and is published
/// after the commit.
///
/// Unchecked, because writers follow one another: one transaction at a time has it, and it is told of its end in the same thread.
final class WriterMatching: TransactionFollower, @unchecked Sendable {
  private let published: PublishedIndex
  private var matching: PersonMatching?
  /// How it was when the transaction came to it, then when each unit began.
  private var start: PersonMatching.Mark?
  private var units: [PersonMatching.Mark?] = []

  init(_ published: PublishedIndex) { self.published = published }

  /// The index with all that was written before, and what the transaction itself has changed.
  ///
  /// - Parameter population: of the region.
  func matching(in transaction: any StoreTransaction, population: Int) throws -> PersonMatching {
    transaction.follow(self)
    if let matching, start != nil {
      try matching.keepRules(transaction, population: population)
      return matching
    }
    let before = transaction.commit.number - 1
    var state = try published.caughtUp(transaction, at: before)
    if state.commit > before {
      // It was of another registry, of which this one is an earlier copy.
      published.forget()
      state = try published.caughtUp(transaction, at: before)
      matching = nil
    }
    let own = matching ?? PersonMatching(state, population: population)
    if matching != nil, own.base != state.commit { try own.use(state, transaction) }
    (matching, start) = (own, own.mark)
    try own.keepRules(transaction, population: population)
    return own
  }

  func unitBegan() { units.append(start == nil ? nil : matching?.mark) }

  func unitEnded(isKept: Bool) {
    guard let mark = units.popLast(), !isKept, let matching, let start else { return }
    // What was before the transaction came to it is as it was.
    matching.takeBack(to: mark ?? start)
  }

  func ended(with commit: Commit?) {
    defer { (start, units) = (nil, []) }
    guard let matching, let start else { return }
    matching.end(with: commit?.number, of: start, in: published)
  }
}
