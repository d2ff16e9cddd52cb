import Catalogue
public import Clinical
public import Recognition

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
  ///   - later: results of the person, in any order; those of other tests or times are left aside.
  ///   - moment: the books' time.
  /// - Returns: nil for what was not accepted.
  public init?(_ prompt: Prompt, later: [LaterResult], at moment: Instant) {
    guard let acceptedAt = prompt.acceptedAt, let validUntil = prompt.item.validUntil?.instant else { return nil }
    self.prompt = prompt
    self.acceptedAt = acceptedAt
    let tests = Dictionary(grouping: prompt.item.claimedTests, by: \.item)
    let own = later.filter { result in
      result.time <= moment && tests[result.item]?.contains { $0.isDone(by: result, after: acceptedAt) } ?? false
    }
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
  /// As a catalogue code; nil where nothing says.
  public var specimen: String?
  /// Where it was done; empty where nothing says.
  public var sites: [CandidateSite] = []
  /// Of a clinical time that is known by its day alone, that day's end.
  public var dayEnd: Instant?
  public var reported: Instant?

  public init(item: String, clinicalTime: Instant, institution: String, reportId: String) {
    self.item = item
    self.clinicalTime = EventTime(clinicalTime)
    self.institution = institution
    self.reportId = reportId
  }

  /// - Parameter zone: whose days are meant.
  /// - Returns: nil for what was cancelled, cannot be placed in time, or is not known to be the person's.
  public init?(_ candidate: Candidate, zone: RegistryZone) {
    guard !candidate.status.isCancelled, !candidate.identityUncertain, let time = candidate.clinicalTime else {
      return nil
    }
    self.init(
      item: candidate.item.code, clinicalTime: time, institution: candidate.institution, reportId: candidate.reportID)
    specimen = candidate.specimen
    sites = candidate.statedSites
    reported = candidate.reported
    if time.precision == .day { dayEnd = zone.end(ofDay: time) }
  }

  /// What tells a result in an answer.
  private enum CodingKeys: String, CodingKey {
    case item, clinicalTime, institution, reportId
  }

  var time: Instant { clinicalTime.instant }

  /// The earliest first, then by institution, report and item.
  public static func < (a: LaterResult, b: LaterResult) -> Bool {
    if a.clinicalTime != b.clinicalTime { return a.clinicalTime < b.clinicalTime }
    return (a.institution, a.reportId, a.item) < (b.institution, b.reportId, b.item)
  }
}

extension RegistryZone {
  /// The first moment of the day after the one that a moment lies in.
  fileprivate func end(ofDay moment: Instant) -> Instant {
    firstInstant(of: CalendarDate(epochDay: date(of: moment).epochDay + 1))
  }
}
