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

/// On disk with the registry: also after a start it is known what was used before it.
struct RegistryUsedOnce: UsedOnce {
  let registry: Registry

  func use(_ id: String, of user: String, until end: Instant, now: Instant) async throws -> Bool {
    try await registry.useOnce("platform", user, id, expires: end)
  }
}
