import Catalogue
public import RegistryStore

/// What whoever runs the registry as a service asks of it.
extension Registry {
  /// Loads what the first question or message would wait for.
  ///
  /// - Throws: `RegistryError`, `StoreError`.
  public func prepare() throws {
    _ = try reference()
    try readMatching { _, _ in }
  }

  /// How it is with file, log and disk.
  public func status() throws -> StoreStatus { try store.status() }

  /// Whoever measures is told each commit of what was submitted.
  public func observeCommits(_ observe: @escaping @Sendable (WriterCommit) -> Void) async {
    await writing.setObserver(observe)
  }

  /// Brings what audits read up to what is recorded, a step at a time; the next audit has less to do.
  ///
  /// - Throws: `StoreError.busy` at once where another process writes.
  public func keepUp() throws { try keep([.books, .reports, .persons], waits: false) }

  /// Leaves the file as one whole for whoever copies it.
  public func close() throws { try store.checkpoint() }
}
