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

  /// Whether this version is older than another: by the time the sender gives it, then status, the message's own time
  /// and the content's digest; never by arrival (recognition.md, "One state per report").
  public func isOlder(than other: ReportVersion) -> Bool {
    if report.versionTime != other.report.versionTime { return report.versionTime < other.report.versionTime }
    let rank = report.status?.rank ?? 0
    let otherRank = other.report.status?.rank ?? 0
    if rank != otherRank { return rank < otherRank }
    if report.messageTime != other.report.messageTime { return report.messageTime < other.report.messageTime }
    return contentDigest < other.contentDigest
  }
}
