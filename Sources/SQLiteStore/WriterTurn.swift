import Glibc

/// Whose turn it is among the processes that write one registry. SQLite's own lock goes to whoever asks in the right moment, and who
/// writes one long transaction after the other asks always in the right moment. So whoever is waited for in front of a patient stands in
/// line here, and long writers let the line pass.
///
/// The line is a lock on an empty file beside the registry; where there can be none, everybody has the turn.
final class WriterTurn: Sendable {
  private let file: Int32

  /// - Parameter path: of the registry.
  init(_ path: String) { file = open(path + "-turn", O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }

  deinit { if file >= 0 { close(file) } }

  /// Stands in line until what is done here is done: until the transaction has begun.
  func inLine<T>(_ begin: () throws -> T) rethrows -> T {
    guard file >= 0 else { return try begin() }
    flock(file, LOCK_SH)
    defer { flock(file, LOCK_UN) }
    return try begin()
  }

  /// Lets pass whoever stands in line.
  func letPass() {
    guard file >= 0 else { return }
    flock(file, LOCK_EX)
    flock(file, LOCK_UN)
  }

  /// Whether anybody stands in line.
  var isAwaited: Bool {
    guard file >= 0 else { return false }
    if flock(file, LOCK_EX | LOCK_NB) == 0 {
      flock(file, LOCK_UN)
      return false
    }
    return errno == EWOULDBLOCK
  }
}
