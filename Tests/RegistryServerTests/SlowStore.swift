import Clinical
import Foundation
import RegistryStore
import Synchronization

/// A store whose disk waits, when it is told to, before it lets anybody read or write, and is as full as it is told.
final class SlowStore: Store {
  private let store: any Store
  private let pauses = Mutex((read: 0.0, write: 0.0))
  private let told = Mutex<StoreStatus?>(nil)

  init(_ store: any Store) { self.store = store }

  /// - Parameters: in seconds.
  func wait(reading: Double = 0, writing: Double = 0) { pauses.withLock { $0 = (reading, writing) } }

  /// - Parameter status: what it says of itself; nil: what is so.
  func say(_ status: StoreStatus?) { told.withLock { $0 = status } }

  var isLarge: Bool { store.isLarge }

  func read<T>(_ body: (any StoreSnapshot) throws -> T) throws -> T {
    Thread.sleep(forTimeInterval: pauses.withLock { $0.read })
    return try store.read(body)
  }

  func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T { try store.write(body) }

  func writeInBackground<T: Sendable>(
    isUrgent: Bool, _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T {
    let pause = pauses.withLock { $0.write }
    if pause > 0 { try await Task.sleep(for: .seconds(pause)) }
    return try await store.writeInBackground(isUrgent: isUrgent, body)
  }

  func writeDerived<T>(waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T {
    try store.writeDerived(waits: waits, body)
  }

  func writeDerived<T>(
    waits: Bool, _ body: (any StoreTransaction) throws -> Void, thenRead read: (any StoreSnapshot) throws -> T
  ) throws -> T { try store.writeDerived(waits: waits, body, thenRead: read) }

  func backup(to path: String) throws { try store.backup(to: path) }
  func status() throws -> StoreStatus { try told.withLock { $0 } ?? store.status() }
  func foldLog() throws { try store.foldLog() }
  func checkpoint() throws { try store.checkpoint() }
}
