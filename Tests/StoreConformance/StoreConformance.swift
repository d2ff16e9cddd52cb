public import Clinical
public import RegistryStore

/// What every engine is held to, whatever is behind it: `SQLiteStoreTests` runs it on SQLite, and a second engine runs it unchanged.
///
/// A law begins with a registry in which nothing was written, opens it as often as it likes, as processes of their own would, and throws
/// `Broken` where the engine does not keep it.
public struct StoreConformance: Sendable, CustomStringConvertible {
  /// One registry of an engine.
  public protocol Subject {
    /// Another handle on the same registry.
    ///
    /// - Parameter clock: what time it is.
    func open(clock: @escaping @Sendable () -> Instant) throws -> any Store
  }

  /// What an engine does not keep.
  public struct Broken: Error, CustomStringConvertible {
    public let description: String
  }

  /// What is to hold.
  public let description: String
  public let check: @Sendable (any Subject) async throws -> Void

  init(_ description: String, _ check: @escaping @Sendable (any Subject) async throws -> Void) {
    (self.description, self.check) = (description, check)
  }

  /// All of them.
  public static let laws = commits + following + past + contents + accounts + derived
}

/// That it is so.
func hold(_ condition: Bool, _ words: String) throws {
  if !condition { throw StoreConformance.Broken(description: words) }
}

/// That both are the same.
func hold<Value: Equatable>(_ value: Value, is expected: Value, _ words: String) throws {
  if value != expected { throw StoreConformance.Broken(description: "\(words): \(value), not \(expected)") }
}

struct Unwanted: Error {}

extension StoreConformance.Subject {
  /// A handle whose clock stands still.
  func open() throws -> any Store { try open { Moment.start } }
}

extension StoreTransaction {
  /// Writes something by which its commit is known again.
  func mark(_ name: String) throws { _ = try insertPerson(name, recordedAt: recordedAt) }
}

/// Times that laws are told with.
enum Moment {
  static let start = Instant(milliseconds: 1_740_787_200_000)  // 2025-03-01T00:00:00Z

  static func hours(_ hours: Int) -> Instant { start.adding(hours: hours) }
}

/// A clock that is set.
final class SetClock: Sendable {
  private let time: LockedValue<Instant>

  init(_ time: Instant = Moment.start) { self.time = LockedValue(time) }

  var now: Instant {
    get { time.value }
    set { time.value = newValue }
  }
}
