import RegistryStore

/// How much of what audits read is brought up to date in one transaction: all that one can hold while nobody else writes, and little
/// enough beside others that whoever waits in front of a patient does not notice.
struct KeepingPace {
  /// Of the most that a step takes.
  private(set) var share = 1.0 / 64
  private var lastCommit: Int64?

  private static let least = 1.0 / 512
  /// How long others may be kept waiting.
  private static let longest: Duration = .milliseconds(20)
  private static let longestAlone: Duration = .milliseconds(100)
  /// What took longer was no step that gave way, but waited for another process.
  private static let longestTakenBack: Duration = .milliseconds(500)

  /// A part of a limit, at least one.
  func part(of most: Int) -> Int { max(1, Int(Double(most) * share)) }

  /// Learns from a step.
  ///
  /// - Parameters:
  ///   - elapsed: how long it held the writer.
  ///   - commit: the last one that was there: whether others write meanwhile.
  mutating func took(_ elapsed: Duration, commit: Int64) {
    defer { lastCommit = commit }
    let isAlone = lastCommit.map { $0 == commit } ?? true
    // Who comes in the midst of a step waits for its end, also where nobody was there before.
    if isAlone, elapsed < Self.longestAlone {
      share = min(1, share * 4)
    } else if elapsed > Self.longest {
      share = max(Self.least, share / 2)
    } else if elapsed < Self.longest / 4 {
      share = min(1, share * 2)
    }
  }

  /// Runs a step that may be taken back for whoever waits in front of a patient.
  ///
  /// - Returns: nil where it was, and a smaller one is to be tried.
  /// - Throws: `StoreError.busy` where there is none, or another process writes; what the step throws.
  mutating func givingWay<T>(_ step: () throws -> T) throws -> T? {
    let start = ContinuousClock.now
    do {
      return try step()
    } catch StoreError.busy where share > Self.least && ContinuousClock.now - start < Self.longestTakenBack {
      share = max(Self.least, share / 4)
      return nil
    }
  }
}
