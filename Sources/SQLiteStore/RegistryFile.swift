import Clinical
import RegistryStore
import Foundation
internal import GRDB
import Glibc

/// The file a registry lies in: who may read it, and whether it is one.
enum RegistryFile {
  /// Looks whether a file is a registry that this version can keep, before anything of it is touched: opening it turns on its log.
  /// A new one is made for its owner alone.
  ///
  /// SQLite alone opens a registry: a file that is opened beside it and closed again takes its locks away (sqlite.org/howtocorrupt.html, 2.2).
  static func examine(_ path: String, mayCreate: Bool) throws(StoreError) {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      if mayCreate { return create(path) }
      throw .unusable(.missing, path: path)
    }
    if isDirectory.boolValue { throw .unusable(.folder, path: path) }
    if access(path, R_OK) != 0 { throw .unusable(.unreadable, path: path) }
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
    if size == 0 {
      if mayCreate { return }
      throw .unusable(.empty, path: path)
    }
    let found: (isForeign: Bool, isNewer: Bool)
    do {
      found = try kind(path)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB && !isDatabase(path) {
      throw .unusable(.noDatabase, path: path)
    } catch {
      throw .unusable(.unopenable(StoreError.describe(error)), path: path)
    }
    if found.isForeign { throw .unusable(.foreign, path: path) }
    if found.isNewer { throw .unusable(.newer, path: path) }
  }

  private static func kind(_ path: String) throws -> (isForeign: Bool, isNewer: Bool) {
    var reading = Configuration()
    reading.readonly = true
    reading.busyMode = .timeout(TimeInterval(SQLiteStore.secondsToWait))
    let queue = try DatabaseQueue(path: path, configuration: reading)
    let found = try queue.read { db in
      guard try db.tableExists("grdb_migrations") else {
        return (try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") != 0, false)
      }
      let isBegun = try Int.fetchOne(db, sql: "SELECT count(*) FROM grdb_migrations") != 0
      return (try isBegun && !db.tableExists("source_record"), try Schema.migrator.hasBeenSuperseded(db))
    }
    try queue.close()
    return found
  }

  /// Whether a file that SQLite refuses begins as one of its own does.
  private static func isDatabase(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: 16))?.elementsEqual("SQLite format 3\0".utf8) == true
  }

  /// It holds what people would not have read by others of the machine; the log beside it has the same rights.
  private static func create(_ path: String) {
    let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  /// Being opened: one process at a time.
  struct Opening {
    private let folder: Int32

    init(_ path: String) {
      folder = open(URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // Where a file system has no such locks, it is as if one had it.
      if folder >= 0 { flock(folder, LOCK_EX) }
    }

    func end() { if folder >= 0 { close(folder) } }
  }

  /// A file that is being written, and has no name yet that anybody would take for the whole.
  struct Part: ~Copyable {
    let path: String
    private let whole: String

    /// - Throws: `StoreError.unusable`.
    init(of whole: String) throws(StoreError) {
      self.whole = whole
      path = "\(whole).part-\(getpid())"
      if FileManager.default.fileExists(atPath: whole) { throw .unusable(.exists, path: whole) }
      unlink(path)
      let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
      if file < 0 { throw Self.unwritable(path) }
      close(file)
    }

    deinit { for ending in ["", "-wal", "-shm", "-journal"] { unlink(path + ending) } }

    /// Has all of it on disk, then gives it its name, which nobody has taken meanwhile.
    func keep() throws(StoreError) {
      try Self.sync(path)
      if link(path, whole) != 0 {
        throw errno == EEXIST ? .unusable(.exists, path: whole) : Self.unwritable(whole)
      }
      try Self.sync(URL(filePath: whole).deletingLastPathComponent().path)
    }

    private static func unwritable(_ path: String) -> StoreError {
      .unusable(.unwritable(String(cString: strerror(errno))), path: path)
    }

    private static func sync(_ path: String) throws(StoreError) {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      defer { if file >= 0 { close(file) } }
      if file < 0 || fsync(file) != 0 { throw unwritable(path) }
    }
  }
}
