import Dispatch
import Foundation
import RegistryStore
import Synchronization

/// Many readers who ask together: whatever waits when one of its threads comes round is answered of one snapshot, which is taken after
/// they came, so that each sees all that was acknowledged before it asked. A snapshot that another commit has passed costs an engine all
/// it had in memory; a crowd of questions would pay that once for each.
final class ReaderQueue: Sendable {
  private struct Reading: Sendable {
    let read: @Sendable (any StoreSnapshot) -> Void
    let fail: @Sendable (any Error) -> Void
  }

  private struct State {
    var waiting: [Reading] = []
    var threads = 0
  }

  /// Of one snapshot at most: the last of them waits for all.
  private static let most = 8

  private let state = Mutex(State())
  private let threads: Int
  private let queue = DispatchQueue(label: "huren.reading", qos: .userInitiated, attributes: .concurrent)

  /// - Parameter threads: that read at once.
  init(threads: Int = max(2, ProcessInfo.processInfo.activeProcessorCount)) { self.threads = threads }

  /// - Returns: what is read of one consistent state, not older than the call.
  /// - Throws: what the body throws; `StoreError` where the store cannot be read.
  func read<Value: Sendable>(
    _ store: any Store, _ body: @escaping @Sendable (any StoreSnapshot) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
      let reading = Reading(
        read: { snapshot in continuation.resume(with: Result { try body(snapshot) }) },
        fail: { continuation.resume(throwing: $0) })
      let isOneMore = state.withLock { state in
        state.waiting.append(reading)
        guard state.threads < threads else { return false }
        state.threads += 1
        return true
      }
      if isOneMore { queue.async { self.readWaiting(of: store) } }
    }
  }

  private func readWaiting(of store: any Store) {
    while true {
      let together = take()
      if together.isEmpty { return }
      var done = 0
      do {
        try store.read { snapshot in
          for reading in together {
            done += 1
            reading.read(snapshot)
          }
        }
      } catch {
        for reading in together[done...] { reading.fail(error) }
      }
    }
  }

  /// A thread's share of what waits; nothing: the thread ends.
  private func take() -> [Reading] {
    state.withLock { state in
      let share = min(Self.most, (state.waiting.count + threads - 1) / threads)
      let together = Array(state.waiting.prefix(share))
      state.waiting.removeFirst(share)
      if together.isEmpty { state.threads -= 1 }
      return together
    }
  }
}
