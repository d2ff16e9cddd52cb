public import Clinical

/// A registry's store, whatever engine is behind it: values go in and out, never SQL, row ids, logs, page caches or paths.
///
/// Every engine keeps to the same: a commit is all or nothing and on disk when it is reported, has a number and a time that only rise
/// (`Commit`), and is seen by no snapshot in part. `StoreConformance` is what it is held to.
public protocol Store: Sendable {
  /// Whether it was larger, when it was opened, than what a writer's memory can be of use for.
  var isLarge: Bool { get }

  /// Reads one consistent state, while others write.
  func read<T>(_ body: (any StoreSnapshot) throws -> T) throws -> T

  /// All or nothing, durable when it returns. Writers follow one another.
  ///
  /// - Throws: what the body throws; `StoreError.busy` when another process has been writing for as long as a command waits.
  func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T

  /// The same on a thread of the store: while it waits for the disk, whoever prepares what comes next has all the others.
  ///
  /// - Parameter isUrgent: whether somebody in front of a patient waits for it: other processes' long writers let it pass.
  func writeInBackground<T: Sendable>(
    isUrgent: Bool, _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T

  /// The same of what is derived from what was recorded, and could be derived again: no commit.
  ///
  /// - Parameter waits: whether it waits for another process that writes.
  /// - Throws: `StoreError.busy` when it does not: after a second; or where somebody in front of a patient waits for what is written here,
  ///   of which nothing is left then.
  func writeDerived<T>(waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T

  /// The same, then reads what it left, or what another process left right after it, while others write again.
  func writeDerived<T>(
    waits: Bool, _ body: (any StoreTransaction) throws -> Void, thenRead read: (any StoreSnapshot) throws -> T
  ) throws -> T

  /// A consistent copy, taken while others read and write. It has its name only when it is whole, on disk and read back.
  ///
  /// - Throws: `StoreError.unusable` when there is a file of this name.
  func backup(to path: String) throws

  /// How it is with file, log and disk.
  func status() throws -> StoreStatus

  /// Does what an engine has to do between long writes, as much as nobody who reads keeps it from.
  func foldLog() throws

  /// Leaves the store as one whole for whoever copies it, as far as nobody else who has it open, as a continuous copy has, keeps it from
  /// that: nobody is waited for.
  func checkpoint() throws
}

extension Store {
  public func writeInBackground<T: Sendable>(
    _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T {
    try await writeInBackground(isUrgent: false, body)
  }

  public func writeDerived<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
    try writeDerived(waits: true, body)
  }
}

/// One consistent state, read.
public protocol StoreSnapshot:
  AccountsReading, AuditPagesReading, BookEntriesReading, BookPagesReading, ChainedEventsReading, ChecksReading,
  CommitsReading, CommonValuesReading, EventsReading, EvidenceReading, MessageDictionariesReading, PatientEventsReading,
  PersonFilesReading, PersonsReading,
  QuarantineReading, ReferenceGenerationsReading, ReportIdentitiesReading, ReportVersionsReading, RetrievalsReading,
  ReviewsReading, SignaturesReading, SourceRecordsReading, StoredMessagesReading, VerdictsReading
{
  /// The last commit that it shows; of a writer's transaction, that of the transaction itself.
  var commit: Commit { get }
}

extension StoreSnapshot {
  /// As of when an answer knows everything: asked again with this time, what was written since does not count.
  public var knownAt: Instant { commit.at }
}

/// What a writer does, all or nothing; it reads what it has written.
public protocol StoreTransaction:
  StoreSnapshot, AccountsWriting, AuditPagesWriting, BookEntriesWriting, BookPagesWriting, CommonValuesWriting,
  EventsWriting, MessageDictionariesWriting, PatientEventsWriting, PersonsWriting, QuarantineWriting,
  ReferenceGenerationsWriting, ReportIdentitiesWriting, ReportMovesWriting, ReportVersionsWriting, ReviewsWriting,
  SignaturesWriting, SourceRecordsWriting, StoredMessagesWriting, VerdictsWriting
{
  /// Whether something urgent waits until this transaction ends: a long one does better to end soon, and to go on in another.
  var isAwaited: Bool { get }

  /// A part of a transaction that is all or nothing by itself: what it wrote is taken back when it throws, and nothing else.
  func unit<T>(_ body: () throws -> T) throws -> T

  /// Has somebody told from now on how units and the transaction end; of one that is told already nothing changes. Of units that have begun
  /// the follower is told at once that they have.
  func follow(_ follower: any TransactionFollower)
}

/// What is kept in memory of what a transaction writes, and goes with it: told in the thread of the writer, before another transaction
/// begins.
public protocol TransactionFollower: AnyObject {
  /// A unit has begun.
  func unitBegan()

  /// The unit that began last has ended.
  ///
  /// - Parameter isKept: whether what was written in it stays; else it was taken back.
  func unitEnded(isKept: Bool)

  /// The transaction has ended; it tells nothing more.
  ///
  /// - Parameter commit: on disk, and seen by others; nil: nothing was written, or all was taken back.
  func ended(with commit: Commit?)
}

extension StoreTransaction {
  /// When what is written here counts as recorded: given under the writer's lock, later than all that was recorded before.
  public var recordedAt: Instant { commit.at }
}
