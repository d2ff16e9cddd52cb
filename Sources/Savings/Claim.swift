public import Clinical

/// An accepted prompt: something that was not done, and whether it stayed so.
public struct Claim: Sendable {
  public enum Standing: Hashable, Sendable {
    /// The prior still stands in.
    case pending
    /// The books' time is past the prior's validity, and the test was not done before.
    case verified
    /// The test was done all the same while the prior was valid.
    case reversed(by: LaterResult)
  }

  public let prompt: Prompt
  public let acceptedAt: Instant
  public let standing: Standing
  /// Verified, and the test was done after the prior's validity, within another window.
  public let isDeferred: Bool

  public var isReversed: Bool {
    if case .reversed = standing { true } else { false }
  }

  /// The price of what was not done; nil when unknown.
  public var amountFen: Int? { prompt.item.priceFen }
  public var consultationFen: Int { prompt.response?.consultationFeeFen ?? 0 }

  /// - Parameters:
  ///   - later: results of the person, in any order; those of other items or times are left aside.
  ///   - moment: the books' time.
  /// - Returns: nil for what was not accepted.
  public init?(_ prompt: Prompt, later: [LaterResult], at moment: Instant) {
    guard let acceptedAt = prompt.acceptedAt, let validUntil = prompt.item.validUntil?.instant else { return nil }
    self.prompt = prompt
    self.acceptedAt = acceptedAt
    let items = Set(prompt.claimedItems)
    let own = later.filter { items.contains($0.item) && $0.time > acceptedAt && $0.time <= moment }
    if let first = own.filter({ $0.time <= validUntil }).min() {
      standing = .reversed(by: first)
      isDeferred = false
    } else if moment <= validUntil {
      standing = .pending
      isDeferred = false
    } else {
      standing = .verified
      let end = validUntil.adding(hours: prompt.item.longestWindowHours)
      isDeferred = own.contains { $0.time > validUntil && $0.time <= end }
    }
  }
}

/// A result that is not cancelled, of a person with claims.
public struct LaterResult: Hashable, Sendable, Comparable, Encodable {
  public var item: String
  public var clinicalTime: EventTime
  public var institution: String
  public var reportId: String

  public init(item: String, clinicalTime: Instant, institution: String, reportId: String) {
    self.item = item
    self.clinicalTime = EventTime(clinicalTime)
    self.institution = institution
    self.reportId = reportId
  }

  var time: Instant { clinicalTime.instant }

  /// The earliest first, then by institution, report and item.
  public static func < (a: LaterResult, b: LaterResult) -> Bool {
    if a.clinicalTime != b.clinicalTime { return a.clinicalTime < b.clinicalTime }
    return (a.institution, a.reportId, a.item) < (b.institution, b.reportId, b.item)
  }
}
