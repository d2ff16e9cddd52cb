import RegistryStore
import Synchronization

/// What was made durable together.
public struct WriterCommit: Sendable {
  public var units: Int
  /// From its beginning until it was on disk.
  public var seconds: Duration
  /// Units that wait for the next.
  public var waiting: Int
}

/// The one writer of what any thread submits: whatever waits when it comes round is one commit, in the order it came; each unit is all or
/// nothing by itself, and has its own answer when all is on disk.
actor WriterQueue {
  private struct Unit: Sendable {
    let work: @Sendable (any StoreTransaction) throws -> Void
    /// - Parameter error: what it ended with; nil: it is on disk.
    let answer: @Sendable (_ error: (any Error)?) -> Void
  }

  /// What a unit gave, until its commit is on disk.
  private final class Given<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ made: Value) { value.withLock { $0 = made } }
    func get() -> Value? { value.withLock { $0 } }
  }

  /// Units in one commit at most.
  private static let most = 512
  /// How long a commit takes in what can wait: somebody in front of a patient waits for it to end.
  private static let longest: Duration = .milliseconds(20)

  /// What somebody in front of a patient waits for: first in the next commit.
  private var urgent: [Unit] = []
  private var waiting: [Unit] = []
  private var isWriting = false
  private var observe: (@Sendable (WriterCommit) -> Void)?

  /// Whoever measures is told each commit.
  func setObserver(_ observe: @escaping @Sendable (WriterCommit) -> Void) { self.observe = observe }

  /// - Parameters:
  ///   - isUrgent: whether it goes before what can wait.
  ///   - unit: may be run once more, where its first commit was taken back.
  /// - Returns: when it is on disk.
  /// - Throws: what the unit throws, which leaves nothing of it; `StoreError` when nothing could be written.
  func submit<Value: Sendable>(
    to store: any Store, isUrgent: Bool = false, _ unit: @escaping @Sendable (any StoreTransaction) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
      let given = Given<Value>()
      let unit = Unit(
        work: { given.set(try unit($0)) },
        answer: { error in
          if let error { return continuation.resume(throwing: error) }
          guard let value = given.get() else {
            return continuation.resume(throwing: StoreError.engine("the unit gave no result"))
          }
          continuation.resume(returning: value)
        })
      if isUrgent { urgent.append(unit) } else { waiting.append(unit) }
      if isWriting { return }
      isWriting = true
      Task { await write(to: store) }
    }
  }

  private func write(to store: any Store) async {
    while !urgent.isEmpty || !waiting.isEmpty {
      let first = urgent
      let then = Array(waiting.prefix(max(0, Self.most - first.count)))
      urgent = []
      waiting.removeFirst(then.count)
      let together = first + then
      let start = ContinuousClock.now
      do {
        let errors = try await store.writeInBackground(isUrgent: true) { transaction in
          let end = ContinuousClock.now + WriterQueue.longest
          var errors: [(any Error)?] = []
          for unit in together {
            if errors.count >= max(1, first.count), ContinuousClock.now >= end { break }
            errors.append(try WriterQueue.error(of: unit, transaction))
          }
          return errors
        }
        // What there was no time for is the first of the next commit.
        waiting.insert(contentsOf: together[errors.count...], at: 0)
        for (unit, error) in zip(together, errors) { unit.answer(error) }
        observe?(
          WriterCommit(
            units: errors.count, seconds: ContinuousClock.now - start, waiting: urgent.count + waiting.count))
      } catch {
        for unit in together { unit.answer(error) }
      }
    }
    isWriting = false
  }

  /// - Throws: the engine's own trouble, which is everybody's.
  private static func error(of unit: Unit, _ transaction: any StoreTransaction) throws -> (any Error)? {
    do {
      try transaction.unit { try unit.work(transaction) }
      return nil
    } catch {
      switch error {
      case StoreError.engine, StoreError.unwritable, StoreError.busy: throw error
      default: return error
      }
    }
  }
}
