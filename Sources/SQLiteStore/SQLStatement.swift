internal import GRDB
import RegistryStore
internal import GRDBSQLite
import Glibc

/// The text of a statement. A literal is known again by where it lies, so that texts need not be compared at every call.
struct SQLText: ExpressibleByStringLiteral {
  private let literal: StaticString?
  private let text: String?

  init(stringLiteral value: StaticString) {
    literal = value
    text = nil
  }

  init(_ text: String) {
    literal = nil
    self.text = text
  }

  var string: String { text ?? literal?.description ?? "" }
  var place: UnsafeRawPointer? { literal.map { UnsafeRawPointer($0.utf8Start) } }
}

/// The statements a transaction has used.
final class SQLStatements {
  private let db: Database
  private var known: [UnsafeRawPointer: OpaquePointer] = [:]
  /// GRDB ends what nobody holds.
  private var held: [Statement] = []
  /// Those whose texts are made when they are needed.
  private var others: [ObjectIdentifier: Statement] = [:]

  init(_ db: Database) { self.db = db }

  func pointer(_ sql: SQLText) throws -> OpaquePointer {
    guard let place = sql.place else {
      let statement = try db.cachedStatement(sql: sql.string)
      others[ObjectIdentifier(statement)] = statement
      return statement.sqliteStatement
    }
    if let statement = known[place] { return statement }
    let statement = try db.cachedStatement(sql: sql.string)
    held.append(statement)
    known[place] = statement.sqliteStatement
    return statement.sqliteStatement
  }

  /// Ends all reading. A statement that was left before its last row, as by an error, would hold its connection to the state it has
  /// read: whoever read there next would not see what was written since.
  func reset() {
    for statement in known.values { sqlite3_reset(statement) }
    for statement in others.values { sqlite3_reset(statement.sqliteStatement) }
  }
}

/// A value that SQLite can be given.
protocol SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32)
}

extension Int64: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, self) }
}

extension Int: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_int64(statement, index, Int64(self)) }
}

extension Double: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) { sqlite3_bind_double(statement, index, self) }
}

extension String: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) {
    var text = self
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        _ = sqlite3_bind_text(statement, index, $0.baseAddress ?? emptyText, Int32($0.count), transient)
      }
    }
  }
}

extension [UInt8]: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) {
    withUnsafeBytes {
      _ = sqlite3_bind_blob(statement, index, $0.baseAddress ?? UnsafeRawPointer(emptyText), Int32($0.count), transient)
    }
  }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
  func bind(to statement: OpaquePointer, at index: Int32) {
    if let self { self.bind(to: statement, at: index) } else { sqlite3_bind_null(statement, index) }
  }
}

/// SQLite copies what it is given: the value may go before the statement is done.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
private nonisolated(unsafe) let emptyText = UnsafePointer(strdup(""))!

/// One prepared statement being run. GRDB keeps the connection, the transactions, the pool and the prepared statements; binding and
/// stepping go straight to SQLite, because an import does it a dozen times per message.
struct SQLStatement {
  let pointer: OpaquePointer

  init(_ sql: SQLText, _ arguments: [any SQLBindable], in statements: SQLStatements) throws {
    pointer = try statements.pointer(sql)
    // A statement that was left before its last row is still open.
    sqlite3_reset(pointer)
    for (index, argument) in arguments.enumerated() { argument.bind(to: pointer, at: Int32(index + 1)) }
  }

  /// Runs a statement that gives no rows.
  func run() throws {
    let code = sqlite3_step(pointer)
    sqlite3_reset(pointer)
    guard code == SQLITE_DONE else { throw failure(code) }
  }

  /// Goes to the next row; false when there is none left.
  func step() throws -> Bool {
    let code = sqlite3_step(pointer)
    if code == SQLITE_ROW { return true }
    sqlite3_reset(pointer)
    guard code == SQLITE_DONE else { throw failure(code) }
    return false
  }

  /// The engine's message, without the arguments.
  private func failure(_ code: Int32) -> StoreError {
    let words = "\(String(cString: sqlite3_errmsg(sqlite3_db_handle(pointer)))) (\(code))"
    return switch code & 0xFF {
    case SQLITE_BUSY: .busy
    case SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY: .unwritable(words)
    default: .engine(words)
    }
  }
}

/// The rows of a statement, one after the other. A row is valid until the next is asked for.
struct SQLRows {
  private let statement: SQLStatement
  private let givesWay: (() -> Bool)?

  /// - Parameter givesWay: asked at each row: whether the transaction is to be taken back for who waits.
  init(_ statement: SQLStatement, givesWay: (() -> Bool)? = nil) {
    (self.statement, self.givesWay) = (statement, givesWay)
  }

  func next() throws -> SQLRow? {
    if let givesWay, givesWay() { throw StoreError.busy }
    return try statement.step() ? SQLRow(pointer: statement.pointer) : nil
  }

  /// Ends the reading before the last row.
  func close() { sqlite3_reset(statement.pointer) }
}

/// The row a statement stands on.
struct SQLRow {
  let pointer: OpaquePointer

  subscript(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }
  subscript(_ column: Int32) -> Int { Int(sqlite3_column_int64(pointer, column)) }
  subscript(_ column: Int32) -> Double { sqlite3_column_double(pointer, column) }
  subscript(_ column: Int32) -> Bool { sqlite3_column_int64(pointer, column) != 0 }

  subscript(_ column: Int32) -> String {
    guard let text = sqlite3_column_text(pointer, column) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, column))
    return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
  }

  subscript(_ column: Int32) -> String? {
    sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : self[column] as String
  }

  subscript(_ column: Int32) -> Int64? {
    sqlite3_column_type(pointer, column) == SQLITE_NULL ? nil : self[column] as Int64
  }

  subscript(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

  /// Every value with its type, numbers in eight bytes, where SQLite holds them.
  func eachValue(_ body: (_ type: UInt8, UnsafeRawBufferPointer) -> Void) {
    for column in 0..<sqlite3_column_count(pointer) {
      let type = sqlite3_column_type(pointer, column)
      switch type {
      case SQLITE_INTEGER:
        withUnsafeBytes(of: sqlite3_column_int64(pointer, column).littleEndian) { body(UInt8(type), $0) }
      case SQLITE_FLOAT:
        withUnsafeBytes(of: sqlite3_column_double(pointer, column).bitPattern.littleEndian) { body(UInt8(type), $0) }
      case SQLITE_NULL: body(UInt8(type), UnsafeRawBufferPointer(start: nil, count: 0))
      default: withBytes(column) { body(UInt8(type), $0) }
      }
    }
  }

  /// The bytes of a blob where SQLite holds them.
  func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    let count = Int(sqlite3_column_bytes(pointer, column))
    return try body(UnsafeRawBufferPointer(start: sqlite3_column_blob(pointer, column), count: count))
  }
}
