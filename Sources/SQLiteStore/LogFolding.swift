import Dispatch
internal import GRDB
internal import GRDBSQLite
import Synchronization

/// Folds the write-ahead log back into the file beside the writer, on a connection of its own: a fold of a whole log writes some thousand
/// pages all over the file and waits for the disk, which nobody who waits for a commit should have to.
///
/// What was written meanwhile stays in the log, so the commit after it folds the little that came, and the log begins anew. SQLite's own
/// way, a fold by the commit that finds the log too long, is left for a log that grows faster than it is folded.
final class LogFolding: @unchecked Sendable {
  /// In pages, when it is folded beside the writer. Folded back too seldom, the log takes the memory that the file's own pages have with the
  /// system; too often, it writes some twice.
  private static let seldom: Int32 = 24_576
  /// Where somebody waits for each commit: a short fold is less in the way of the disk.
  private static let often: Int32 = 4096

  private let path: String
  /// Of the fold's own queue alone. Most processes never fold: they have no connection more.
  private lazy var folder = Result { try DatabaseQueue(path: path) }
  private let queue = DispatchQueue(label: "huren.folding", qos: .utility)
  /// Only one fold at once.
  private let state = Atomic(LogFolding.none)
  private static let (none, folding, folded) = (0, 1, 2)

  private let isAwaited = Atomic(false)

  init(path: String) { self.path = path }

  /// From now on somebody waits for each commit.
  func setAwaited() { isAwaited.store(true, ordering: .relaxed) }

  /// Is asked at each commit of a connection, for as long as that is open.
  func attach(to db: Database) {
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, connection, _, pages in
        guard let context else { return 0 }
        Unmanaged<LogFolding>.fromOpaque(context).takeUnretainedValue().committed(pages, connection)
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func committed(_ pages: Int32, _ connection: OpaquePointer?) {
    let soft = isAwaited.load(ordering: .relaxed) ? Self.often : Self.seldom
    if pages < soft { return state.store(Self.none, ordering: .relaxed) }
    if pages >= 2 * Self.seldom || state.load(ordering: .relaxed) == Self.folded {
      sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    } else if state.compareExchange(expected: Self.none, desired: Self.folding, ordering: .relaxed).exchanged {
      queue.async { [self] in
        // Where it cannot be done the next commits do it, and say what is wrong.
        try? folder.get().inDatabase { _ = try $0.checkpoint(.passive) }
        state.store(Self.folded, ordering: .relaxed)
      }
    }
  }
}
