public import Clinical

/// One commit. Number and time are greater than those of every commit before it, whatever the clock of the machine did: whatever was
/// recorded by a moment is what the commits up to it wrote.
public struct Commit: Hashable, Sendable {
  /// From 1; 0 stands for a registry in which nothing was written yet.
  public let number: Int64
  public let at: Instant

  /// - Parameter number: from 1.
  package init(number: Int64, at: Instant) { (self.number, self.at) = (number, at) }

  package static let none = Commit(number: 0, at: Instant(milliseconds: 0))

  /// The one that follows it: at the time that the clock tells, or a millisecond later.
  package func next(clock: Instant) -> Commit {
    Commit(number: number + 1, at: max(clock, number == 0 ? clock : Instant(milliseconds: at.milliseconds + 1)))
  }
}

/// What a snapshot tells of commits.
public protocol CommitsReading {
  /// The last commit that a snapshot shows.
  func lastCommit() throws -> Commit

  /// The digest of the last commit that a snapshot shows; empty where nothing was written yet.
  func lastCommitDigest() throws -> [UInt8]

  /// The number of the commit of a digest.
  func commit(withDigest digest: [UInt8]) throws -> Int64?

  /// Holds every commit to its digest, and every row to its commit.
  ///
  /// - Returns: the last commit with its digest, and what is wrong first.
  func verifyCommits() throws -> (last: Commit, digest: [UInt8], problem: String?)

  /// How far to follow in one go what was written after a commit: to the last commit of which that is not too much, at least to the next.
  ///
  /// - Parameters:
  ///   - versions: of reports, at most.
  ///   - events: at most.
  func commit(following number: Int64, versions: Int, events: Int) throws -> Int64
}
