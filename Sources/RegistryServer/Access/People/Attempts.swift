import Clinical
import Synchronization

/// Slows down who fails, by account and by address, and locks nobody out: after five failures each costs twice the time of the one
/// before, a minute at most. A name that does not exist is slowed down like one that does.
final class Attempts: Sendable {
  private struct Failures {
    var count = 0
    var last: Instant
  }

  private let failures = Mutex<[String: Failures]>([:])

  private static let free = 5
  private static let longest: Int64 = 60_000
  /// After this nothing is remembered.
  private static let memory: Int64 = 15 * 60_000
  private static let most = 65_536

  /// Counts an attempt as failed until it is said to have succeeded, so that many at once are no way around.
  ///
  /// - Returns: for how many seconds none is made; nil: this one is.
  func begin(_ keys: [String], at now: Instant) -> Int? {
    failures.withLock { all in
      if all.count >= Self.most {
        all = all.filter { now.milliseconds - $0.value.last.milliseconds < Self.memory }
        // Whoever fails under so many names at once is not told apart from others any more.
        if all.count >= Self.most { all.removeAll() }
      }
      let wait = keys.compactMap { all[$0] }.map { Self.wait(after: $0, at: now) }.max() ?? 0
      if wait > 0 { return Int((wait + 999) / 1000) }
      for key in keys {
        var known = all[key] ?? Failures(last: now)
        if now.milliseconds - known.last.milliseconds >= Self.memory { known.count = 0 }
        known.count += 1
        known.last = now
        all[key] = known
      }
      return nil
    }
  }

  /// Takes back what `begin` counted, and forgets what the account failed at before.
  func succeeded(account: String, address: String?) {
    failures.withLock { all in
      all[account] = nil
      if let address, let known = all[address] { all[address]?.count = known.count - 1 }
    }
  }

  /// Milliseconds.
  private static func wait(after failures: Failures, at now: Instant) -> Int64 {
    let passed = now.milliseconds - failures.last.milliseconds
    if failures.count < free || passed >= memory { return 0 }
    let delay = min(longest, 1000 << Int64(min(failures.count - free, 16)))
    return max(0, delay - passed)
  }
}
