public import Catalogue
public import Clinical

/// How long something took, and whether that kept the target.
public struct Elapsed: Sendable, Hashable {
  /// nil: a time is missing or a date alone, or the end stands before the beginning.
  public let seconds: Int32?
  /// Held against a target; a target of the same day can be judged by dates alone.
  public let isJudged: Bool
  public let isWithinTarget: Bool

  init(seconds: Int32?, isJudged: Bool, isWithinTarget: Bool) {
    (self.seconds, self.isJudged, self.isWithinTarget) = (seconds, isJudged, isWithinTarget)
  }

  public init(from start: Instant?, to end: Instant?, target: TimeTargets.Target?, zone: RegistryZone) {
    guard let start, let end else {
      self.init(seconds: nil, isJudged: false, isWithinTarget: false)
      return
    }
    let elapsed = (end.milliseconds - start.milliseconds) / 1000
    let isMeasured = elapsed >= 0 && start.precision > .day && end.precision > .day
    let seconds = isMeasured ? Int32(clamping: elapsed) : nil
    switch target {
    case .within(let minutes) where isMeasured:
      self.init(seconds: seconds, isJudged: true, isWithinTarget: elapsed <= Int64(minutes) * 60)
    case .sameDay:
      let days = zone.date(of: end).epochDay - zone.date(of: start).epochDay
      let isJudged = isMeasured || days >= 0
      self.init(seconds: seconds, isJudged: isJudged, isWithinTarget: isJudged && days == 0)
    case .within, nil:
      self.init(seconds: seconds, isJudged: false, isWithinTarget: false)
    }
  }
}
