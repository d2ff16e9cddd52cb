import GRDBSQLite

/// SQL as somebody runs it who has the file: no commit of the registry's own.
enum RawSQLite {
  struct Failure: Error {
    let code: Int32
  }

  static func run(_ sql: String, in path: String) throws {
    var connection: OpaquePointer?
    let opened = sqlite3_open(path, &connection)
    defer { sqlite3_close(connection) }
    let code = opened == SQLITE_OK ? sqlite3_exec(connection, sql, nil, nil, nil) : opened
    if code != SQLITE_OK { throw Failure(code: code) }
  }
}
