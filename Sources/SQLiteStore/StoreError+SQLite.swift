import GRDB
import RegistryStore

extension StoreError {
  static func translating<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as DatabaseError { throw StoreError(error) }
  }

  init(_ error: DatabaseError) {
    self =
      switch error.resultCode {
      case .SQLITE_BUSY: .busy
      case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY: .unwritable(Self.describe(error))
      default: .engine(Self.describe(error))
      }
  }

  /// A database error without its arguments: they may be personal.
  static func describe(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return String(describing: type(of: error)) }
    return "\(error.message ?? "SQLite error") (\(error.extendedResultCode.rawValue))"
  }
}
