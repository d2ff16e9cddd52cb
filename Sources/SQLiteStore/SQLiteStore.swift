internal import CSQLite
public import Clinical
import Foundation
import Glibc
internal import GRDB
public import RegistryStore

/// The embedded store: SQLite through GRDB, write-ahead log, every commit on disk before it is reported.
///
/// Use cases speak to `StoreTransaction` in values; no SQL and no GRDB leaves this module, so that a second engine can stand behind it.
public final class SQLiteStore: Store {
  private let pool: DatabasePool
  private let clock: @Sendable () -> Instant
  /// Held by a writer from before its transaction until after its commit.
  private let writing = NSLock()
  private let turn: WriterTurn
  /// Whether it was larger, when it was opened, than what the writer's cache can be of use for: 1 GB.
  public let isLarge: Bool

  /// In pages of 4 KB. A first load makes a dozen rows of each patient, each at its place in an index: with a quarter of this its
  /// transactions wrote pages to the log, and read them back, before they were done.
  private static let leastCache = 16_384

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
      let cache = isReader ? 4096 : min(max(Self.leastCache, pages / 64), 65_536)
      try db.execute(sql: "PRAGMA cache_size = \(cache)")
      // Folded back too seldom, the log takes the memory that the file's own pages have with the system; too often, it writes some twice.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(min(4 * cache, 24_576))")
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

  /// The same while nobody of this process writes: what writers keep in memory is as the snapshot shows it.
  public func readBetweenCommits<T>(_ body: (any StoreSnapshot) throws -> T) throws -> T {
    try writing.withLock { try read(body) }
  }

  /// All or nothing, durable when it returns. Writers follow one another.
  public func write<T>(_ body: (any StoreTransaction) throws -> T) throws -> T {
    try StoreError.translating { try pool.writeWithoutTransaction { try transaction($0, body) } }
  }

  /// The same of what is derived from what was recorded, and could be derived again: no commit.
  ///
  /// - Parameter waits: whether it waits for another process that writes.
  /// - Throws: `StoreError.busy` at once when it does not.
  public func writeDerived<T>(waits: Bool, _ body: (any StoreTransaction) throws -> T) throws -> T {
    try StoreError.translating {
      try pool.writeWithoutTransaction { db in
        if waits { return try transaction(db, isDerived: true, body) }
        try db.execute(sql: "PRAGMA busy_timeout = 0")
        defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Self.secondsToWait * 1000)") }
        return try transaction(db, isDerived: true, body)
      }
    }
  }

  /// The same on a thread of the store: while it waits for the disk, whoever prepares what comes next has all the others.
  public func writeInBackground<T: Sendable>(
    isUrgent: Bool, _ body: @Sendable (any StoreTransaction) throws -> T
  ) async throws -> T {
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
    writing.lock()
    defer { writing.unlock() }
    var result: T?
    try begin(db, isUrgent: isUrgent)
    try db.inBegunTransaction {
      if isDerived {
        result = try SQLiteTransaction(reading: db).ended(after: body)
        return .commit
      }
      let transaction = try SQLiteTransaction(writing: db, clock: clock(), turn: turn)
      let (changes, lastRows) = (db.totalChangesCount, try transaction.lastRows())
      result = try transaction.ended(after: body)
      // What wrote nothing is no commit.
      if db.totalChangesCount != changes { try transaction.insert(transaction.commit, since: lastRows) }
      return .commit
    }
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
  private let turn: WriterTurn?
  /// The last record made in each shard.
  var lastRecords: [Int64: Int64] = [:]
  /// Whether reports were moved; nil: nobody has asked yet.
  var hasMoves: Bool?
  /// Whether anything was said of a record again; nil: nobody has asked yet.
  var hasPast: Bool?
  /// By id: those that messages were read with.
  var dictionaries: [UInt32: MessageDictionary] = [:]

  /// Of a writing transaction its own commit, of a reading one the last that its snapshot shows.
  private(set) var commit = Commit.none

  init(reading db: Database) throws {
    self.db = db
    turn = nil
    statements = SQLStatements(db)
    commit = try lastCommit()
  }

  init(writing db: Database, clock: Instant, turn: WriterTurn) throws {
    self.db = db
    self.turn = turn
    statements = SQLStatements(db)
    commit = try lastCommit().next(clock: clock)
  }

  /// What is done in it; however that ends, no statement stays open.
  func ended<T>(after body: (SQLiteTransaction) throws -> T) rethrows -> T {
    defer { statements.reset() }
    return try body(self)
  }

  var isAwaited: Bool { turn?.isAwaited ?? false }

  func unit<T>(_ body: () throws -> T) throws -> T {
    var result: T?
    try db.inSavepoint {
      result = try body()
      return .commit
    }
    guard let result else { throw StoreError.engine("the unit gave no result") }
    return result
  }

  /// Runs a statement that returns no rows; prepared once per connection.
  func run(_ sql: SQLText, _ arguments: [any SQLBindable]) throws {
    try SQLStatement(sql, arguments, in: statements).run()
  }

  func rows(_ sql: SQLText, _ arguments: [any SQLBindable]) throws -> SQLRows {
    SQLRows(try SQLStatement(sql, arguments, in: statements))
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
