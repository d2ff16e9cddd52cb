internal import CSQLite
public import Clinical
import Foundation
import Glibc
internal import GRDB
import Synchronization
public import RegistryStore

/// The embedded store: SQLite through GRDB, write-ahead log, every commit on disk before it is reported.
///
/// Use cases speak to `StoreTransaction` in values; no SQL and no GRDB leaves this module, so that a second engine can stand behind it.
public final class SQLiteStore: Store {
  private let pool: DatabasePool
  private let clock: @Sendable () -> Instant
  private let turn: WriterTurn
  private let folding: LogFolding
  /// How many of this process wait for the writer in front of a patient.
  private let urgent = Atomic(0)
  /// Whether it was larger, when it was opened, than what the writer's cache can be of use for: 1 GB.
  public let isLarge: Bool

  /// In pages of 4 KB. A first load makes a dozen rows of each patient, each at its place in an index: with a quarter of this its
  /// transactions wrote pages to the log, and read them back, before they were done.
  private static let leastCache = 16_384

  /// How long what could be derived again may hold the writer while somebody waits for it; longer, it is taken back.
  private static let longestInTheWay: Duration = .milliseconds(10)

  /// For another process that writes.
  static let secondsToWait = 30

  /// Nobody asks SQLite for its count, and keeping it takes a tenth of what an import spends there.
  private static let isCountingNoMemory: Bool = sqlite_count_no_memory() == 0

  /// Opens a registry, creating or migrating it.
  ///
  /// - Parameters:
  ///   - path: of the SQLite file.
  ///   - mayCreate: whether it may be created; without, a missing file is an error.
  ///   - clock: what time it is: no commit is earlier.
  public init(
    path: String, mayCreate: Bool = true, clock: @escaping @Sendable () -> Instant = SQLiteStore.systemClock
  ) throws(StoreError) {
    self.clock = clock
    _ = Self.isCountingNoMemory
    // Whoever opens it at the same time waits: of several who make or migrate it one does.
    let opening = RegistryFile.Opening(path)
    defer { opening.end() }
    try RegistryFile.examine(path, mayCreate: mayCreate)
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA foreign_keys = ON")
      // In pages. A transaction that touches more of them than the cache holds writes them to the log more than once, and where a
      // registry is large nearly every row touches its own. Who only reads, reads little of it.
      let isReader = db.configuration.readonly
      let pages = isReader ? 0 : try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      // Nobody reads the file in place (`mmap_size`): at every snapshot that another commit has passed SQLite would give back all of it that
      // it has seen, and see each page for the first time again. Copying pages costs a question less.
      let cache = isReader ? 4096 : min(max(Self.leastCache, pages / 64), 65_536)
      try db.execute(sql: "PRAGMA cache_size = \(cache)")
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    configuration.busyMode = .timeout(TimeInterval(Self.secondsToWait))
    do {
      pool = try DatabasePool(path: path, configuration: configuration)
      // FULL: in WAL mode a commit survives loss of power only when the log is synced at each (sqlite.org/pragma.html#pragma_synchronous).
      // The pool makes it NORMAL once its connection is prepared, so it must be said after that.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      // Even one that has nothing to do would wait for whoever writes.
      if try !pool.read(Schema.migrator.hasCompletedMigrations) { try Schema.migrator.migrate(pool) }
      turn = WriterTurn(path)
      folding = LogFolding(path: path)
      pool.writeWithoutTransaction { [folding] in folding.attach(to: $0) }
      isLarge = try pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 } > 1 << 18
    } catch let error as StoreError {
      throw error
    } catch {
      throw .unusable(.unopenable(StoreError.describe(error)), path: path)
    }
  }

  public static let systemClock: @Sendable () -> Instant = {
    Instant(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  public func read<T>(_ body: (any StoreSnapshot) throws -> T) throws -> T {
    try StoreError.translating { try pool.read { try SQLiteTransaction(reading: $0).ended(after: body) } }
  }

  /// All or nothing, durable when it returns. Writers follow one another.
  public func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
    try StoreError.translating { try pool.writeWithoutTransaction { try transaction($0, body) } }
  }

  /// The same of what is derived from what was recorded, and could be derived again: no commit.
  ///
  /// - Parameter waits: whether it waits for another process that writes.
  /// - Throws: `StoreError.busy` when it does not: after a second; or where somebody in front of a patient waits for what is written here,
  ///   of which nothing is left then.
  public func writeDerived<T>(waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T {
    try StoreError.translating {
      try pool.writeWithoutTransaction { db in try derived(db, waits: waits, body) }
    }
  }

  public func writeDerived<T>(
    waits: Bool, _ body: (any StoreTransaction) throws -> Void, thenRead read: (any StoreSnapshot) throws -> T
  ) throws -> T {
    let once = ReadingOnce<T>()
    let end = DispatchSemaphore(value: 0)
    try withoutActuallyEscaping(read) { read in
      once.read = read
      defer { once.read = nil }
      try StoreError.translating {
        try pool.writeWithoutTransaction { db in
          try derived(db, waits: waits, body)
          // Others of this process write when the snapshot stands.
          pool.asyncConcurrentRead { snapshot in
            once.run(snapshot)
            end.signal()
          }
        }
      }
      end.wait()
    }
    guard let result = once.result else { throw StoreError.engine("the reading gave no result") }
    return try StoreError.translating { try result.get() }
  }

  /// Whether anybody in front of a patient waits for the writer.
  private var isAwaited: Bool {
    guard urgent.load(ordering: .relaxed) > 0 || turn.isAwaited else { return false }
    folding.setAwaited()
    return true
  }

  private func derived<T>(_ db: Database, waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T {
    if waits { return try transaction(db, isDerived: true, body) }
    try db.execute(sql: "PRAGMA busy_timeout = 1000")
    defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.secondsToWait * 1000)") }
    return try transaction(db, isDerived: true) { transaction in
      let end = ContinuousClock.now + Self.longestInTheWay
      transaction.givesWay = { ContinuousClock.now >= end && self.isAwaited }
      return try body(transaction)
    }
  }

  /// The same on a thread of the store: while it waits for the disk, whoever prepares what comes next has all the others.
  public func writeInBackground<T: Sendable>(
    isUrgent: Bool, _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T {
    if isUrgent {
      urgent.add(1, ordering: .relaxed)
      folding.setAwaited()
    }
    defer { if isUrgent { urgent.subtract(1, ordering: .relaxed) } }
    do {
      return try await pool.writeWithoutTransaction { db in
        isUrgent ? try urgently(db) { try transaction(db, isUrgent: true, body) } : try transaction(db, body)
      }
    } catch let error as DatabaseError {
      throw StoreError(error)
    }
  }

  /// SQLite waits for another process in steps of up to a tenth of a second: too long in front of a patient.
  private func urgently<T>(_ db: Database, _ body: () throws -> T) throws -> T {
    try db.execute(sql: "PRAGMA busy_timeout = 0")
    defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.secondsToWait * 1000)") }
    return try body()
  }

  private static let shortWait: UInt32 = 500

  private func begin(_ db: Database, isUrgent: Bool) throws {
    guard isUrgent else {
      turn.letPass()
      return try db.beginTransaction(.immediate)
    }
    try turn.inLine {
      let end = ContinuousClock.now + .seconds(Self.secondsToWait)
      while true {
        do {
          return try db.beginTransaction(.immediate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end {
          usleep(Self.shortWait)
        }
      }
    }
  }

  private func transaction<T>(
    _ db: Database, isDerived: Bool = false, isUrgent: Bool = false, _ body: (SQLiteTransaction) throws -> T
  ) throws -> T {
    var result: T?
    var (followers, commit) = ([any TransactionFollower](), Commit?.none)
    // Whoever follows is told before another transaction of this process can begin.
    defer { for follower in followers { follower.ended(with: commit) } }
    try begin(db, isUrgent: isUrgent)
    var written: Commit?
    try db.inBegunTransaction {
      if isDerived {
        result = try SQLiteTransaction(reading: db).ended(after: body)
        return .commit
      }
      let transaction = try SQLiteTransaction(
        writing: db, clock: clock(), isAwaited: { self.isAwaited })
      let (changes, lastRows) = (db.totalChangesCount, try transaction.lastRows())
      defer { followers = transaction.followers }
      result = try transaction.ended(after: body)
      // What wrote nothing is no commit.
      if db.totalChangesCount != changes {
        try transaction.insert(transaction.commit, since: lastRows)
        written = transaction.commit
      }
      return .commit
    }
    commit = written
    guard let result else { throw StoreError.engine("the transaction gave no result") }
    return result
  }

  /// A consistent copy, taken while others read and write. It has its name only when it is whole, on disk and read back: whatever ends the
  /// copying leaves no file that could be taken for one.
  ///
  /// - Throws: `StoreError.unusable` when there is a file of this name.
  public func backup(to path: String) throws {
    let file = try RegistryFile.Part(of: path)
    let before = try read { $0.commit }
    try StoreError.translating {
      let target = try DatabaseQueue(path: file.path)
      try pool.backup(to: target)
      let found = try target.read { db in
        try (problem: String.fetchOne(db, sql: "PRAGMA quick_check(1)"), commit: SQLiteTransaction(reading: db).commit)
      }
      try target.close()
      guard found.problem == "ok", found.commit.number >= before.number else {
        throw StoreError.damaged("the copy cannot be read back: \(found.problem ?? "it is empty")")
      }
    }
    try file.keep()
  }

  public func status() throws -> StoreStatus { try StoreStatus(path: pool.path) }

  /// Folds as much of the write-ahead log back into the file as nobody is reading.
  public func foldLog() throws {
    try StoreError.translating {
      try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
    }
  }

  /// Folds the write-ahead log back into the file, so that it alone is the registry. Where another process reads or writes, what it reads
  /// stays in the log, which is part of the registry then: whoever stops waits for nobody.
  public func checkpoint() throws {
    try StoreError.translating {
      try pool.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.secondsToWait * 1000)") }
        do {
          _ = try db.checkpoint(.truncate)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
          _ = try? db.checkpoint(.passive)
        }
      }
    }
  }
}

/// A reading that another thread does once, while the one that wants it waits.
private final class ReadingOnce<T>: @unchecked Sendable {
  var read: ((any StoreSnapshot) throws -> T)?
  private(set) var result: Result<T, any Error>?

  /// Lets go of what it reads with, which belongs to who waits.
  func run(_ snapshot: Result<Database, any Error>) {
    result = Result {
      guard let read else { throw StoreError.engine("there is nothing to be read") }
      return try SQLiteTransaction(reading: snapshot.get()).ended(after: read)
    }
    read = nil
  }
}

extension Database {
  /// What is done in a transaction that has begun; ends it.
  fileprivate func inBegunTransaction(_ body: () throws -> TransactionCompletion) throws {
    do {
      if try body() == .commit { try commit() } else { try rollback() }
    } catch {
      // SQLite has ended it itself after some errors.
      if isInsideTransaction { try? rollback() }
      throw error
    }
  }
}

/// One transaction: what a registry must be able to keep and find. Each table's part stands in a file of its own.
final class SQLiteTransaction: StoreTransaction {
  let db: Database

  private let statements: SQLStatements
  private let awaited: () -> Bool
  /// Asked while it reads and writes: whether it is to be taken back for who waits.
  fileprivate var givesWay: (() -> Bool)?
  fileprivate private(set) var followers: [any TransactionFollower] = []
  /// How many units have begun and not ended.
  private var depth = 0
  /// The last record made in each shard.
  var lastRecords: [Int64: Int64] = [:]
  /// Whether reports were moved; nil: nobody has asked yet.
  var hasMoves: Bool?
  /// Whether anything was said of a record again; nil: nobody has asked yet.
  var hasPast: Bool?
  /// Nil: nobody has asked yet.
  var digestKeyRead: [UInt8]?
  /// By id: those that messages were read with.
  var dictionaries: [UInt32: MessageDictionary] = [:]

  /// Of a writing transaction its own commit, of a reading one the last that its snapshot shows.
  private(set) var commit = Commit.none

  init(reading db: Database) throws {
    self.db = db
    awaited = { false }
    statements = SQLStatements(db)
    commit = try lastCommit()
  }

  init(writing db: Database, clock: Instant, isAwaited: @escaping () -> Bool) throws {
    self.db = db
    awaited = isAwaited
    statements = SQLStatements(db)
    commit = try lastCommit().next(clock: clock)
  }

  /// What is done in it; however that ends, no statement stays open.
  func ended<T>(after body: (SQLiteTransaction) throws -> T) rethrows -> T {
    defer { statements.reset() }
    return try body(self)
  }

  var isAwaited: Bool { awaited() }

  func unit<T>(_ body: () throws -> T) throws -> T {
    var result: T?
    for follower in followers { follower.unitBegan() }
    depth += 1
    var isKept = false
    defer {
      depth -= 1
      // What it found out in the unit is not there any more.
      if !isKept { (lastRecords, hasMoves, hasPast, dictionaries) = ([:], nil, nil, [:]) }
      for follower in followers { follower.unitEnded(isKept: isKept) }
    }
    try db.inSavepoint {
      result = try body()
      return .commit
    }
    isKept = true
    guard let result else { throw StoreError.engine("the unit gave no result") }
    return result
  }

  func follow(_ follower: any TransactionFollower) {
    if followers.contains(where: { $0 === follower }) { return }
    followers.append(follower)
    for _ in 0..<depth { follower.unitBegan() }
  }

  /// Runs a statement that returns no rows; prepared once per connection.
  ///
  /// - Throws: `StoreError.busy` where it gives way.
  func run(_ sql: SQLText, _ arguments: [any SQLBindable]) throws {
    if let givesWay, givesWay() { throw StoreError.busy }
    try SQLStatement(sql, arguments, in: statements).run()
  }

  func rows(_ sql: SQLText, _ arguments: [any SQLBindable]) throws -> SQLRows {
    SQLRows(try SQLStatement(sql, arguments, in: statements), givesWay: givesWay)
  }

  /// What is made of the first row; nil when there is none.
  func first<Value>(_ sql: SQLText, _ arguments: [any SQLBindable], _ read: (SQLRow) throws -> Value) throws -> Value? {
    let rows = try rows(sql, arguments)
    defer { rows.close() }
    return try rows.next().map(read)
  }

  func one(_ type: Int64.Type, _ sql: SQLText, _ arguments: [any SQLBindable]) throws -> Int64? {
    try first(sql, arguments) { $0[0] }
  }

  func one(_ type: String.Type, _ sql: SQLText, _ arguments: [any SQLBindable]) throws -> String? {
    try first(sql, arguments) { $0[0] }
  }

  func one(_ type: [UInt8].Type, _ sql: SQLText, _ arguments: [any SQLBindable]) throws -> [UInt8]? {
    try first(sql, arguments) { $0[0] }
  }

  var lastID: Int64 { db.lastInsertedRowID }
}
