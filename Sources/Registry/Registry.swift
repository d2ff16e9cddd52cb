import Catalogue
public import Clinical
import Foundation
package import RegistryStore
import SQLiteStore
import Synchronization

/// The registry: its store, its clock, and the reference data in force. The use cases are extensions of it, one file each.
public final class Registry: Sendable {
  let store: any Store
  /// What time it is with the machine; when something was recorded, the store's commits say.
  let clock: @Sendable () -> Instant
  private let loaded = Mutex<[Int64: LoadedReference]>([:])
  private let matching = PersonMatching()
  /// Writes what is submitted, unit by unit.
  let writing = WriterQueue()

  /// - Parameters:
  ///   - path: of the SQLite file.
  ///   - mayCreate: whether a missing one is made.
  ///   - clock: what time it is; only tests give another.
  public init(
    path: String, mayCreate: Bool = false, clock: @escaping @Sendable () -> Instant = Registry.systemClock
  ) throws {
    store = try SQLiteStore(path: path, mayCreate: mayCreate, clock: clock)
    self.clock = clock
  }

  /// With a store of another kind.
  package init(store: any Store, clock: @escaping @Sendable () -> Instant) {
    (self.store, self.clock) = (store, clock)
  }

  public static let systemClock = SQLiteStore.systemClock

  /// What time the registry has.
  public var now: Instant { clock() }

  /// The generation of reference data in force at a moment.
  ///
  /// - Throws: `RegistryError.noReference` when none was loaded by then.
  public func reference(knownAt: Instant? = nil) throws -> LoadedReference {
    try store.read { try reference($0, knownAt: knownAt) }
  }

  /// In which times without zone are placed: that of the reference data in force, else Asia/Shanghai.
  public func zone() throws -> RegistryZone { try store.read { try zone($0) } }

  func zone(_ transaction: any StoreSnapshot) throws -> RegistryZone {
    guard try transaction.referenceGeneration() != nil else { return .shanghai }
    return try reference(transaction, knownAt: nil).data.zone
  }

  /// One transaction in which records are given their people.
  func identify(_ body: (Identifying) throws -> Void) throws {
    try store.write { try identify(in: $0, body) }
  }

  func identify(in transaction: any StoreTransaction, _ body: (Identifying) throws -> Void) throws {
    try withMatching(in: transaction) { matching in
      try body(Identifying(transaction: transaction, recordedAt: transaction.recordedAt, matching: matching))
    }
  }

  /// One transaction with the person index at hand.
  func withMatching<T: Sendable>(_ body: (any StoreTransaction, PersonMatching) throws -> T) throws -> T {
    try store.write { transaction in try withMatching(in: transaction) { try body(transaction, $0) } }
  }

  /// The person index, read: as the last commit left it. Other processes may write meanwhile.
  func readMatching<T>(_ body: (any StoreSnapshot, PersonMatching) throws -> T) throws -> T {
    try store.readBetweenCommits { transaction in
      try matching.catchUp(transaction, population: population(transaction), writer: nil)
      return try body(transaction, matching)
    }
  }

  /// What the person index judges with, without the index: for who knows already which records to compare.
  func readJudging<T>(_ body: (any StoreSnapshot, PersonMatching) throws -> T) throws -> T {
    try store.read { transaction in
      let matching = PersonMatching()
      try matching.catchUpRules(transaction, population: population(transaction), writer: nil)
      return try body(transaction, matching)
    }
  }

  func population(_ transaction: any StoreSnapshot) throws -> Int {
    try reference(transaction, knownAt: nil).data.policy.population
  }

  /// The person index, caught up with all that was written before. Writers follow one another, so nobody waits for it who does not
  /// wait for the store.
  private func withMatching<T>(in transaction: any StoreTransaction, _ body: (PersonMatching) throws -> T) throws -> T {
    do {
      try matching.catchUp(transaction, population: population(transaction), writer: transaction)
      return try body(matching)
    } catch {
      // What was found out goes with the transaction.
      matching.forget()
      throw error
    }
  }

  func reference(_ transaction: any StoreSnapshot, knownAt: Instant?) throws -> LoadedReference {
    guard let id = try transaction.referenceGeneration(knownAt: knownAt) else {
      throw knownAt == nil ? RegistryError.noReference : RegistryError.noReferenceThen
    }
    if let known = loaded.withLock({ $0[id] }) { return known }
    let files = try transaction.referenceFiles(id)
    let folder = ReferenceFolder(files: Dictionary(files.map { ($0.name, $0.bytes) }) { first, _ in first })
    // What it says of windows, lists and prices is what every decision stands on.
    guard try transaction.referenceDigest(id) == Registry.digest(of: folder) else {
      throw StoreError.damaged("generation \(id) of the reference data is not what was loaded")
    }
    let reference = try LoadedReference(generation: id, folder: folder, isStored: true)
    loaded.withLock { $0[id] = reference }
    return reference
  }
}
