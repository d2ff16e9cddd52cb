public import Catalogue
public import Clinical

/// How long something took, over many reports, and how many of them kept the target.
public struct DurationFigures: Sendable, Hashable {
  private var seconds: [Int32] = []
  /// No duration: a time is missing or a date alone, or the end stands before the beginning.
  public private(set) var unmeasured = 0
  /// Held against a target; a target of the same day can be judged by dates alone.
  public private(set) var judged = 0
  public private(set) var withinTarget = 0

  public init() {}

  public var measured: Int { seconds.count }
  /// Nearest rank; nil without any.
  public var medianMinutes: Double? { percentile(50) }
  public var p95Minutes: Double? { percentile(95) }
  /// Of those judged; nil without any.
  public var shareWithinTarget: Double? { judged == 0 ? nil : Double(withinTarget) / Double(judged) }

  /// Adds one.
  public mutating func add(from start: Instant?, to end: Instant?, target: TimeTargets.Target?, zone: RegistryZone) {
    guard let start, let end else {
      unmeasured += 1
      return
    }
    let elapsed = (end.milliseconds - start.milliseconds) / 1000
    let isMeasured = elapsed >= 0 && start.precision > .day && end.precision > .day
    if isMeasured { seconds.append(Int32(clamping: elapsed)) } else { unmeasured += 1 }
    switch target {
    case .within(let minutes) where isMeasured:
      judged += 1
      withinTarget += elapsed <= Int64(minutes) * 60 ? 1 : 0
    case .sameDay:
      let days = zone.date(of: end).epochDay - zone.date(of: start).epochDay
      guard isMeasured || days >= 0 else { return }
      judged += 1
      withinTarget += days == 0 ? 1 : 0
    case .within, nil: return
    }
  }

  private func percentile(_ percent: Int) -> Double? {
    seconds.sorted().nearestRank(percent).map { (Double($0) / 6).rounded() / 10 }
  }
}

extension DurationFigures: Encodable {
  private enum Key: String, CodingKey {
    case measured, unmeasured, medianMinutes, p95Minutes, judged, withinTarget, shareWithinTarget
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(measured, forKey: .measured)
    try container.encode(unmeasured, forKey: .unmeasured)
    try container.encode(medianMinutes, forKey: .medianMinutes)
    try container.encode(p95Minutes, forKey: .p95Minutes)
    try container.encode(judged, forKey: .judged)
    try container.encode(withinTarget, forKey: .withinTarget)
    try container.encode(shareWithinTarget, forKey: .shareWithinTarget)
  }
}

extension Array {
  /// The percentile of sorted values by the nearest rank: the smallest that so many of a hundred do not exceed; nil for none.
  func nearestRank(_ percent: Int) -> Element? {
    isEmpty ? nil : self[Swift.max(0, (percent * count + 99) / 100 - 1)]
  }
}
