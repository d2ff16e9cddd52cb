import PersonIndex
import RegistryStore
import Synchronization

/// The index of people as a commit left it, with what else is compared by: for any thread, as long as it likes.
struct IndexState: Sendable {
  /// The number of the commit.
  var commit: Int64
  var index: MatchSnapshot
  /// What was of crowds.
  var common: CommonValues
  /// Nil where no model was kept yet.
  var rules: PersonRules?
}

/// The index of people that all threads of a process share: published by its writer after each commit, and brought up by whoever comes first
/// to what other processes have committed. Nobody who reads it waits for a writer's transaction.
final class PublishedIndex: Sendable {
  private struct Kept: Sendable {
    let index: MatchIndex
    var state: IndexState
  }

  /// Held while the index is changed: for as long as loading or catching up takes, and never for a transaction.
  private let kept = Mutex<Kept?>(nil)
  private let published = Mutex<IndexState?>(nil)
  /// How many were read from a store, of whoever measures.
  let recordsRead = Atomic(0)

  /// In which there is nobody.
  static let empty = MatchIndex().snapshot

  /// Nil until it is loaded.
  var state: IndexState? { published.withLock { $0 } }

  /// The index as the commit before a writer's own left it, or a snapshot's last.
  ///
  /// - Returns: what may be a later state, where a snapshot is older than what others have seen.
  func caughtUp(_ snapshot: any StoreSnapshot, at commit: Int64) throws -> IndexState {
    try kept.withLock { try catchUp(&$0, snapshot, commit) }
  }

  /// The same where nobody is changing it just now; nil where somebody is, or it is later already.
  func caughtUpAtOnce(_ snapshot: any StoreSnapshot, at commit: Int64) throws -> IndexState? {
    let state = try kept.withLockIfAvailable { try catchUp(&$0, snapshot, commit) }
    return state?.commit == commit ? state : nil
  }

  private func catchUp(_ kept: inout Kept?, _ snapshot: any StoreSnapshot, _ commit: Int64) throws -> IndexState {
    if let kept, kept.state.commit >= commit { return kept.state }
    let new = try kept.flatMap { try caughtUp($0, snapshot, commit) } ?? loaded(snapshot, commit)
    kept = new
    published.withLock { $0 = new.state }
    return new.state
  }

  private func loaded(_ snapshot: any StoreSnapshot, _ commit: Int64) throws -> Kept {
    let index = MatchIndex()
    try index.load { take in
      try snapshot.eachIndexed(after: 0) {
        recordsRead.add(1, ordering: .relaxed)
        take($0, $1)
      }
    }
    return Kept(
      index: index,
      state: IndexState(
        commit: commit, index: index.snapshot, common: try snapshot.commonValues(),
        rules: try snapshot.personRules(knowing: nil)))
  }

  /// - Returns: nil where the index is not as it was published.
  private func caughtUp(_ kept: Kept, _ snapshot: any StoreSnapshot, _ commit: Int64) throws -> Kept? {
    var new = kept
    let search = MatchSearch(kept.state.index, MatchBounds.none)
    try snapshot.eachIndexed(after: kept.state.commit) {
      recordsRead.add(1, ordering: .relaxed)
      search.insert(id: $0, $1)
    }
    try snapshot.eachCommonValue(after: kept.state.commit) { value in
      if let value = CommonValue(code: value) { new.state.common.insert(value) }
    }
    new.state.rules = try snapshot.personRules(knowing: kept.state.rules)
    // Last, so that what fails before it leaves the index as it was.
    guard search.publish(into: kept.index) else { return nil }
    (new.state.index, new.state.commit) = (kept.index.snapshot, commit)
    return new
  }

  /// Publishes what a writer has changed, when it is on disk.
  ///
  /// - Returns: the index with it. Nil where somebody has read the commit already, or the index is another: then it is read from there.
  func publish(_ search: MatchSearch, since base: Int64, as commit: Int64, _ rules: PersonRules?) -> IndexState? {
    kept.withLock { kept in
      guard let index = kept?.index, kept?.state.commit == base, search.publish(into: index) else { return nil }
      let state = IndexState(commit: commit, index: index.snapshot, common: search.common, rules: rules)
      kept?.state = state
      published.withLock { $0 = state }
      return state
    }
  }

  /// Forgets all of it: the registry is another than the one that was read.
  func forget() {
    kept.withLock { kept in
      kept = nil
      published.withLock { $0 = nil }
    }
  }
}

extension StoreSnapshot {
  /// The forms of records kept since a commit; one of an earlier version is made again, and kept by `rebuild`.
  func eachIndexed(after commit: Int64, _ take: (Int64, MatchSignature) -> Void) throws {
    try eachSignature(after: commit) { record, bytes in
      take(record, try MatchSignature(bytes: bytes) ?? MatchSignature(personRecord(record)))
    }
  }
}
