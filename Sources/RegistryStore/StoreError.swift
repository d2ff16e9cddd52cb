import Clinical
internal import GRDB

/// What can go wrong with the database. No text holds a personal datum: SQL arguments are never shown.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or is no registry.
  case unusable(String)
  /// What is stored contradicts itself.
  case damaged(String)
  /// Others have been writing for as long as a command waits.
  case busy
  /// SQLite refused; its code and message.
  case engine(String)

  public var description: String {
    switch self {
    case .unusable(let text): PrintedText(text).description
    case .damaged(let text):
      "the database is damaged: \(PrintedText(text)). Run `huren check`, and restore the last backup"
    case .busy:
      "another process has been writing to the registry for half a minute: nothing was changed; run the command again when it is done"
    case .engine(let text):
      "the database refused: \(text). See whether the disk is full or read-only, then run the command again"
    }
  }
}

extension StoreError {
  static func translating<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch let error as DatabaseError { throw StoreError(error) }
  }

  init(_ error: DatabaseError) {
    self = error.resultCode == .SQLITE_BUSY ? .busy : .engine(Self.describe(error))
  }

  /// A database error without its arguments: they may be personal.
  static func describe(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return String(describing: type(of: error)) }
    return "\(error.message ?? "SQLite error") (\(error.extendedResultCode.rawValue))"
  }
}
