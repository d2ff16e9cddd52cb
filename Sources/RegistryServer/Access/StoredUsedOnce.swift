import Clinical
import Registry

/// In the registry itself: what was used is known after a start, too.
struct StoredUsedOnce: UsedOnce {
  let registry: Registry

  func use(_ id: String, of user: String, until end: Instant, now: Instant) async throws -> Bool {
    try await registry.useOnce("request", user, id, expires: end)
  }
}
