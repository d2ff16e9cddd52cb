public import Clinical

/// What can go wrong with the database. No text holds a personal datum: SQL arguments are never shown.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be opened, is no registry, or cannot be written.
  case unusable(FileProblem, path: String)
  /// What is stored contradicts itself: what was found, for whoever looks for the cause.
  case damaged(String)
  /// Others have been writing for as long as a command waits.
  case busy
  /// Its disk is full, read-only or fails: its engine's words. Nothing was changed; it can be written again when that is mended.
  case unwritable(String)
  /// SQLite refused; its code and message.
  case engine(String)

  /// What is wrong with the file of a registry, or of a copy of one.
  public enum FileProblem: Hashable, Sendable {
    case missing
    case folder
    case unreadable
    case empty
    case noDatabase
    case foreign
    /// Written by a newer version.
    case newer
    /// SQLite cannot open it; its words.
    case unopenable(String)
    /// A backup overwrites none.
    case exists
    /// The system's words.
    case unwritable(String)
  }

  public var description: String { text.description }

  /// What is wrong and what to do.
  public var text: PrintedText {
    switch self {
    case .unusable(let problem, let path): problem.text(path)
    case .damaged(let found): "the database is damaged: \(found). Run `huren check`, and restore the last backup"
    case .busy:
      "another process has been writing to the registry for half a minute: nothing was changed; run the command again when it is done"
    case .unwritable(let words):
      "the registry cannot be written: \(words). See whether its disk is full, read-only or failing; nothing was changed: try again when that is mended"
    case .engine(let words): "the database refused: \(words). Nothing was changed; run `huren check`"
    }
  }
}

extension StoreError.FileProblem {
  fileprivate func text(_ path: String) -> PrintedText {
    switch self {
    case .missing:
      "there is no registry at this path: load reference data first with `huren reference load DIR`, or name another with --db"
    case .folder: "\(path) is a folder: name a file with --db"
    case .unreadable: "\(path) cannot be read: see who may, or name another with --db"
    case .empty:
      "\(path) is empty, and no registry: load reference data first with `huren reference load DIR`, or name another with --db"
    case .noDatabase: "\(path) is no registry, nor any SQLite database: name another with --db"
    case .foreign: "\(path) is the database of something else: name another with --db"
    case .newer:
      "\(path) was written by a newer version of huren: use that version, or a backup from before it, for this one would read it wrongly"
    case .unopenable(let words):
      "\(path) cannot be opened: \(words); run `huren check` on a copy, or name another with --db"
    case .exists: "\(path) exists already: name a new file, a backup never overwrites one"
    case .unwritable(let words):
      "\(path) cannot be written: \(words); see whether the disk is full, or name another file"
    }
  }
}
