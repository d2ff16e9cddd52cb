/// How often an institution reports, and whether it has fallen silent.
///
/// The rule: the usual gap is what 95 of 100 gaps between the days on which it reported do not exceed; the feed is silent when its
/// last report is older than `silentAfterGaps` (policy.yaml) times that.
public struct FeedRhythm: Sendable, Hashable, Encodable {
  public enum Standing: String, Sendable, Encodable {
    case regular, silent
    /// Too few days with reports to know a rhythm.
    case unknown
    case never
  }

  public let standing: Standing
  /// Since the last day with a report.
  public let daysSinceLast: Int?
  public let usualGapDays: Int?
  public let silentAfterDays: Int?
  /// Gaps that the usual one is taken from.
  public let gaps: Int

  /// Fewer gaps say nothing of what is usual.
  public static let fewestGaps = 5

  /// - Parameters:
  ///   - days: those on which it reported, as days since 1970-01-01.
  ///   - today: the day of the audit.
  public init(days: Set<Int>, today: Int, silentAfterGaps: Int) {
    let days = days.sorted()
    let found = zip(days, days.dropFirst()).map { $1 - $0 }.sorted()
    gaps = found.count
    daysSinceLast = days.last.map { today - $0 }
    guard let daysSinceLast, found.count >= FeedRhythm.fewestGaps, let usual = found.nearestRank(95) else {
      standing = days.isEmpty ? .never : .unknown
      (usualGapDays, silentAfterDays) = (nil, nil)
      return
    }
    usualGapDays = usual
    silentAfterDays = usual * silentAfterGaps
    standing = daysSinceLast > usual * silentAfterGaps ? .silent : .regular
  }
}
