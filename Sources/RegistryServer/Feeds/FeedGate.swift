import Registry

/// Lets in so many feeds at once: who waits is not read from, so that TCP pushes back on the sender, and who waits for too long is told to
/// come again. Nothing is ever accepted that cannot be worked on.
actor FeedGate {
  private let places: Int
  private let patience: Duration
  private var taken = 0
  private var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  private var next = 0

  /// - Parameters:
  ///   - places: how many are let in at once.
  ///   - patience: for how long one waits.
  init(places: Int = 128, patience: Duration = .seconds(5)) {
    (self.places, self.patience) = (places, patience)
  }

  /// - Throws: `ServiceError.busy` where no place became free in time; what the body throws.
  func through<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
    guard await enter() else { throw ServiceError.busy }
    defer { leave() }
    return try await body()
  }

  private func enter() async -> Bool {
    if taken < places {
      taken += 1
      return true
    }
    next += 1
    let id = next
    let timeout = Task { [patience] in
      try await Task.sleep(for: patience)
      giveUp(id)
    }
    defer { timeout.cancel() }
    return await withCheckedContinuation { waiting.append((id, $0)) }
  }

  private func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }

  private func leave() {
    // The place goes on to who has waited longest.
    if waiting.isEmpty { taken -= 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
  }
}
