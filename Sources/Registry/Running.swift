import Catalogue
import Clinical
public import RegistryStore
import Savings

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

  /// The last commit, and the digest over it and all before it: kept elsewhere, it shows what a registry that was restored lacks.
  public func lastCommit() throws -> (commit: Commit, digest: [UInt8]) {
    try store.read { (try $0.lastCommit(), try $0.lastCommitDigest()) }
  }

  /// The institutions whose feeds are silent, as `huren audit coverage` tells it; read from pages, so `keepUp` comes first.
  public func silentFeeds() throws -> [String] {
    try store.read { transaction in
      let reference = try reference(transaction, knownAt: nil).data
      let now = clock()
      var books = CoverageBooks(AuditScope(at: now), end: now, zone: reference.zone)
      try eachPage(.upload, in: AuditScope(at: now), transaction) { books.add(page: $0) }
      let today = reference.zone.date(of: now).epochDay
      return try books.byInstitution(word: PageTexts(transaction).text).compactMap { institution, uploads in
        guard reference.institutions[institution] != nil else { return nil }
        let rhythm = FeedRhythm(days: uploads.days, today: today, silentAfterGaps: reference.policy.silentAfterGaps)
        return rhythm.standing == .silent ? institution : nil
      }.sorted()
    }
  }

  /// Whoever measures is told each commit of what was submitted.
  public func observeCommits(_ observe: @escaping @Sendable (WriterCommit) -> Void) async {
    await writing.setObserver(observe)
  }

  /// Brings what audits read up to what is recorded, a step at a time; the next audit has less to do.
  ///
  /// - Parameter isWanted: asked between the steps: whether it goes on.
  /// - Throws: `StoreError.busy` at once where another process writes.
  public func keepUp(while isWanted: () -> Bool = { true }) throws {
    try keep([.books, .reports, .persons], waits: false, while: isWanted)
  }

  /// Leaves the file as one whole for whoever copies it, as far as nobody else who has it open keeps it from that.
  public func close() throws { try store.checkpoint() }
}
