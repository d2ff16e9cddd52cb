import Clinical
import Registry

/// Ids that may be used once: whoever uses one again repeats what somebody else sent.
protocol UsedOnce: Sendable {
  /// Uses an id.
  ///
  /// - Parameters:
  ///   - user: whose ids they are; another's do not count.
  ///   - end: from when on it is refused for its age anyway.
  /// - Returns: false where it was used already.
  func use(_ id: String, of user: String, until end: Instant, now: Instant) async throws -> Bool
}

/// In the memory of one process: after a start nothing is known of what was used before it.
actor MemoryUsedOnce: UsedOnce {
  private struct Key: Hashable {
    var user: String
    var id: String
  }

  private let most: Int
  private var used: [Key: Instant] = [:]
  private var swept = Instant(milliseconds: 0)

  /// - Parameter most: how many are remembered at once.
  init(most: Int = 1_000_000) { self.most = most }

  /// - Throws: `ServiceError.busy` where no more can be remembered.
  func use(_ id: String, of user: String, until end: Instant, now: Instant) throws -> Bool {
    if now.milliseconds > swept.milliseconds + 60_000 || used.count >= most {
      used = used.filter { $0.value > now }
      swept = now
    }
    if used.count >= most { throw ServiceError.busy }
    let key = Key(user: user, id: id)
    if let until = used[key], until > now { return false }
    used[key] = end
    return true
  }
}
