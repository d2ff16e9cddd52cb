import Clinical

/// What can go wrong with the database. No text holds a personal datum: SQL arguments are never shown.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be opened or is no registry.
  case unusable(String)
  /// What is stored contradicts itself.
  case damaged(String)
  /// SQLite refused; its code and message.
  case engine(String)

  public var description: String {
    switch self {
    case .unusable(let text): PrintedText(text).description
    case .damaged(let text):
      "the database is damaged: \(PrintedText(text)). Run `huren check`, and restore the last backup"
    case .engine(let text):
      "the database refused: \(text). See whether the disk is full or read-only, then run the command again"
    }
  }
}
