public import Clinical
import Foundation

/// A stored version of a report.
public struct StoredReportVersion: Sendable {
  /// Whose it is: the record it came with, unless a human said that its report is another patient's.
  public var record: Int64
  /// The record it came with.
  public var stored: Int64
  public var institution: String
  /// Under which number it is kept: with all versions of its report that were known to be so when it came.
  public var number: String
  public var report: Report
  /// Digest of what it says.
  public var content: [UInt8]
  public var message: Int64
  public var recordedAt: Instant

  /// As an engine reads it.
  package init(
    record: Int64, stored: Int64, institution: String, number: String, report: Report, content: [UInt8], message: Int64,
    recordedAt: Instant
  ) {
    self.record = record
    self.stored = stored
    self.institution = institution
    self.number = number
    self.report = report
    self.content = content
    self.message = message
    self.recordedAt = recordedAt
  }
}

/// What a snapshot tells of reports, version by version.
public protocol ReportVersionsReading {
  /// What is known of a report without reading it: whose it is, and the digests of its versions.
  ///
  /// - Parameters:
  ///   - number: the one it is kept under.
  ///   - knownAt: whose it is said to be then.
  func versions(
    institution: String, number: String, knownAt: Instant?
  ) throws -> [(record: Int64, content: [UInt8], time: Instant)]

  /// Within what a number means something, as the first versions say that are kept under it: all that say so say the same.
  func numberAssigners(institution: String, number: String) throws -> Set<String>

  /// Whether any report came with a record.
  func hasReports(record: Int64) throws -> Bool

  /// How many reports a record has.
  func reportCount(record: Int64) throws -> Int

  /// All versions of all reports of a record, by report number, as known at a moment.
  func reportVersions(record: Int64, knownAt: Instant?) throws -> [StoredReportVersion]

  /// All versions of one report, as known at a moment.
  ///
  /// - Parameter number: any by which it is known.
  func reportVersions(institution: String, number: String, knownAt: Instant?) throws
    -> [StoredReportVersion]

  /// Every report with all its versions, by institution and number in byte order: memory holds one at a time, and those whose numbers
  /// were tied later, which come last.
  func eachReport(_ body: ([StoredReportVersion]) throws -> Void) throws
}

/// What a writer does to reports, version by version.
public protocol ReportVersionsWriting {
  /// - Parameters:
  ///   - packed: `ReportPacking.pack` of it.
  ///   - content: its digest.
  func insertReportVersion(
    record: Int64, institution: String, number: String, message: Int64, messageTime: Instant, content: [UInt8],
    packed: [UInt8], recordedAt: Instant
  ) throws
}

extension ReportVersionsReading {
  public func versions(institution: String, number: String) throws -> [(record: Int64, content: [UInt8], time: Instant)]
  {
    try versions(institution: institution, number: number, knownAt: nil)
  }

  public func reportVersions(record: Int64) throws -> [StoredReportVersion] {
    try reportVersions(record: record, knownAt: nil)
  }

  public func reportVersions(institution: String, number: String) throws -> [StoredReportVersion] {
    try reportVersions(institution: institution, number: number, knownAt: nil)
  }
}
