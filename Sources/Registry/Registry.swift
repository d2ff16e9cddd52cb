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
  /// The index of people, for whoever reads, and as the writer has it.
  let index = PublishedIndex()
  private let writer: WriterMatching
  /// Writes what is submitted, unit by unit.
  let writing = WriterQueue()
  /// Answers who asks together of one state.
  let reading = ReaderQueue()

  /// - Parameters:
  ///   - path: of the SQLite file.
  ///   - mayCreate: whether a missing one is made.
  ///   - clock: what time it is; only tests give another.
  public init(
    path: String, mayCreate: Bool = false, clock: @escaping @Sendable () -> Instant = Registry.systemClock
  ) throws {
    store = try SQLiteStore(path: path, mayCreate: mayCreate, clock: clock)
    self.clock = clock
    writer = WriterMatching(index)
  }

  /// With a store of another kind.
  package init(store: any Store, clock: @escaping @Sendable () -> Instant) {
    (self.store, self.clock) = (store, clock)
    writer = WriterMatching(index)
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

  /// What gives records their people, within a transaction.
  func identify(in transaction: any StoreTransaction, _ body: (Identifying) throws -> Void) throws {
    let matching = try writer.matching(in: transaction, population: population(transaction))
    try body(Identifying(transaction: transaction, recordedAt: transaction.recordedAt, matching: matching))
  }

  /// One transaction with the person index at hand.
  func withMatching<T: Sendable>(_ body: (any StoreTransaction, PersonMatching) throws -> T) throws -> T {
    try store.write { try body($0, writer.matching(in: $0, population: population($0))) }
  }

  /// The person index, read: as the last commit left it that the snapshot shows. Whoever writes meanwhile, in this process or in another,
  /// keeps nobody waiting.
  func readMatching<T>(_ body: (any StoreSnapshot, PersonMatching) throws -> T) throws -> T {
    while true {
      // A snapshot that is taken now shows all that was published before.
      guard let state = index.state else {
        _ = try store.read { try index.caughtUp($0, at: $0.commit.number) }
        continue
      }
      let answer: T? = try store.read { snapshot in
        let commit = snapshot.commit.number
        if state.commit > commit {
          // It was of another registry, of which this one is an earlier copy.
          index.forget()
          return nil
        }
        let own = state.commit == commit ? state : try index.caughtUpAtOnce(snapshot, at: commit) ?? state
        let matching = PersonMatching(own, population: try population(snapshot))
        if own.commit < commit { try matching.catchUp(snapshot, to: commit) }
        return try body(snapshot, matching)
      }
      if let answer { return answer }
    }
  }

  /// What the person index judges with, without the index: for who knows already which records to compare.
  func readJudging<T>(_ body: (any StoreSnapshot, PersonMatching) throws -> T) throws -> T {
    try store.read { snapshot in
      // Nothing of the index is asked.
      let state = IndexState(
        commit: snapshot.commit.number, index: PublishedIndex.empty, common: try snapshot.commonValues(),
        rules: try snapshot.personRules(knowing: index.state?.rules))
      return try body(snapshot, PersonMatching(state, population: population(snapshot)))
    }
  }

  func population(_ transaction: any StoreSnapshot) throws -> Int {
    try reference(transaction, knownAt: nil).data.policy.population
  }

  func reference(_ transaction: any StoreSnapshot, knownAt: Instant?) throws -> LoadedReference {
    guard let id = try transaction.referenceGeneration(knownAt: knownAt) else {
      throw knownAt == nil ? RegistryError.noReference : RegistryError.noReferenceThen
    }
    return try reference(generation: id, transaction)
  }

  func reference(generation id: Int64, _ transaction: any StoreSnapshot) throws -> LoadedReference {
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
