import Synchronization

/// Results of a pure function kept by argument. Senders use a few dozen unit texts; the bound is there for those who
/// send anything.
final class Memo<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let capacity = 4096
  private let known = Mutex<[Key: Value]>([:])

  /// What is kept for the key, else what `make` gives, which is kept from then on. `make` may run more than once.
  func value(for key: Key, make: () -> Value) -> Value {
    if let value = known.withLock({ $0[key] }) { return value }
    let value = make()
    known.withLock {
      if $0.count >= capacity { $0.removeAll(keepingCapacity: true) }
      $0[key] = value
    }
    return value
  }
}
