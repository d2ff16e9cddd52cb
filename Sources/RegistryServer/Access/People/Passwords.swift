import NIOPosix
import Registry

/// Computes hashes of passwords, two at once: each takes 128 MB, and a processor for a third of a second. Few wait; who comes when they
/// do is to come again.
actor Passwords {
  let cost: PasswordHash.Cost

  private var running = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []

  private static let atOnce = 2
  private static let mostWaiting = 16

  init(cost: PasswordHash.Cost) { self.cost = cost }

  /// - Throws: `ServiceError.busy` when too many wait.
  func hash(_ password: String) async throws -> PasswordHash {
    let cost = cost
    return try await compute { try PasswordHash(of: password, cost: cost) }
  }

  /// Whether it is the password of a hash; of none, never, after as long.
  ///
  /// - Throws: `ServiceError.busy` when too many wait.
  func isRight(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
    let hash = hash ?? .ofNobody(cost)
    return try await compute { try hash.matches(password) }
  }

  private func compute<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    if running >= Self.atOnce {
      if waiting.count >= Self.mostWaiting { throw ServiceError.busy }
      await withCheckedContinuation { waiting.append($0) }
    } else {
      running += 1
    }
    defer {
      if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
    }
    // Threads that may be held up: those that answer are not.
    return try await NIOThreadPool.singleton.runIfActive(work)
  }
}
