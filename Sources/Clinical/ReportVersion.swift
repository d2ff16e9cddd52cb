/// One version of a report, as one accepted message states it.
public struct ReportVersion: Hashable, Sendable {
  public var report: Report
  /// The code of the source institution; with the report number, what makes versions belong together.
  public var institution: String
  /// The digest of the version's content, in hexadecimal; the same content is the same version, however often it
  /// arrives.
  public var contentDigest: String

  public init(report: Report, institution: String, contentDigest: String) {
    self.report = report
    self.institution = institution
    self.contentDigest = contentDigest
  }

  /// Its place among the versions of its report.
  public var age: ReportVersionAge {
    ReportVersionAge(
      versionTime: report.versionTime, status: report.status, messageTime: report.messageTime,
      contentDigest: contentDigest)
  }

  /// Whether this version is older than another.
  public func isOlder(than other: ReportVersion) -> Bool { age < other.age }

  /// Whether another version takes the place of this one: by what their documents say, else by age. See `fromOldest` for putting many in
  /// order.
  public func givesWay(to other: ReportVersion) -> Bool {
    if other.report.replaces(report) { return true }
    return !report.replaces(other.report) && age < other.age
  }
}

/// By what the versions of a report are ordered: the time the sender gives them, then status, the message's own time and the
/// content's digest; never by arrival (recognition.md, "One state per report").
public struct ReportVersionAge: Hashable, Sendable, Comparable {
  public var versionTime: Instant
  public var status: ResultStatus?
  public var messageTime: Instant
  public var contentDigest: String

  public init(versionTime: Instant, status: ResultStatus?, messageTime: Instant, contentDigest: String) {
    self.versionTime = versionTime
    self.status = status
    self.messageTime = messageTime
    self.contentDigest = contentDigest
  }

  public static func < (a: ReportVersionAge, b: ReportVersionAge) -> Bool {
    if a.versionTime != b.versionTime { return a.versionTime < b.versionTime }
    let (rank, otherRank) = (a.status?.rank ?? 0, b.status?.rank ?? 0)
    if rank != otherRank { return rank < otherRank }
    if a.messageTime != b.messageTime { return a.messageTime < b.messageTime }
    return a.contentDigest < b.contentDigest
  }
}
