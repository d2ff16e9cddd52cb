import NIOCore
import Registry
import Synchronization

/// The time that a clinician waits for an answer. Whatever was not written down shortly before its end is not written any more: what the
/// books call a prompt was seen.
final class AnswerCut: Sendable {
  /// service.md, "A clinician is never blocked".
  static let longest: Duration = .milliseconds(200)
  /// What is left then is for the commit that keeps the answer.
  private let lastBegin: Duration

  private enum State {
    case open, begun, over
  }

  private let start = ContinuousClock.now
  private let state = Mutex(State.open)

  private init(_ within: Duration) { lastBegin = within * 3 / 4 }

  /// Whether there is still time to write the answer down.
  func begin() -> Bool {
    state.withLock { state in
      guard state != .over, ContinuousClock.now - start < lastBegin else { return false }
      state = .begun
      return true
    }
  }

  /// Whether it is worth beginning to look.
  var isOpen: Bool { state.withLock { $0 == .open } && ContinuousClock.now - start < lastBegin }

  var elapsed: Duration { ContinuousClock.now - start }

  /// - Returns: whether something may have been written down all the same.
  func end() -> Bool {
    state.withLock { state in
      defer { state = .over }
      return state == .begun
    }
  }
}

/// One answer, given by whoever is first.
final class FirstAnswer<Value: Sendable>: Sendable {
  private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

  init(_ continuation: CheckedContinuation<Value, any Error>) { self.continuation = Mutex(continuation) }

  /// - Returns: whether it was the first.
  @discardableResult
  func give(_ result: Result<Value, any Error>) -> Bool {
    let first = continuation.withLock { continuation in
      defer { continuation = nil }
      return continuation
    }
    first?.resume(with: result)
    return first != nil
  }
}

extension AnswerCut {
  /// Runs some work, and answers within the time whatever becomes of it.
  ///
  /// - Parameters:
  ///   - longest: how long whoever asks waits.
  ///   - work: goes on where it is when its answer comes too late, which nobody hears then.
  ///   - late: told when the time is over, before the answer.
  /// - Throws: `ServiceError.busy` when the time is over; what the work throws.
  static func answer<Value: Sendable>(
    within longest: Duration, on eventLoop: any EventLoop,
    _ work: @escaping @Sendable (AnswerCut) async throws -> Value,
    late: @escaping @Sendable (_ mayBeKept: Bool) -> Void
  ) async throws -> Value {
    let cut = AnswerCut(longest)
    return try await withCheckedThrowingContinuation { continuation in
      let answer = FirstAnswer(continuation)
      let timer = eventLoop.scheduleTask(in: .milliseconds(longest.milliseconds)) {
        let mayBeKept = cut.end()
        if answer.give(.failure(ServiceError.busy)) { late(mayBeKept) }
      }
      Task {
        do {
          let value = try await work(cut)
          answer.give(.success(value))
        } catch is TooLate {
          if answer.give(.failure(ServiceError.busy)) { late(false) }
        } catch {
          answer.give(.failure(error))
        }
        timer.cancel()
      }
    }
  }
}

/// There is no time left to begin.
struct TooLate: Error {}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }
}
