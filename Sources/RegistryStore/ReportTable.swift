public import Clinical
import Foundation
internal import GRDB

/// A stored version of a report.
public struct StoredReportVersion: Sendable {
  public var record: Int64
  public var institution: String
  public var report: Report
  /// Digest of what it says.
  public var content: [UInt8]
  public var message: Int64
  public var recordedAt: Instant
}

extension StoreTransaction {
  /// - Parameters:
  ///   - packed: `ReportPacking.pack` of it.
  ///   - content: its digest.
  public func insertReportVersion(
    record: Int64, institution: String, number: String, message: Int64, messageTime: Instant, content: [UInt8],
    packed: [UInt8], recordedAt: Instant
  ) throws {
    try run(
      """
      INSERT INTO report_version (record, institution, report_number, message, message_time, recorded_at, content, body)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        record, institution, number, message, messageTime.milliseconds, recordedAt.milliseconds, content,
        packed,
      ])
  }

  /// What is known of a report without reading it: whose it is, and the digests of its versions.
  public func versions(institution: String, number: String) throws -> [(record: Int64, content: [UInt8], time: Instant)]
  {
    let rows = try rows(
      "SELECT record, content, message_time FROM report_version WHERE institution = ? AND report_number = ?",
      [institution, number])
    var result: [(record: Int64, content: [UInt8], time: Instant)] = []
    while let row = try rows.next() {
      result.append((row[0], row[1], Instant(milliseconds: row[2])))
    }
    return result
  }

  /// Whether a record has any report.
  public func hasReports(record: Int64) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM report_version WHERE record = ? LIMIT 1", [record]) != nil
  }

  /// How many reports a record has.
  public func reportCount(record: Int64) throws -> Int {
    Int(
      try one(
        Int64.self,
        "SELECT count(*) FROM (SELECT DISTINCT institution, report_number FROM report_version WHERE record = ?)",
        [record]) ?? 0)
  }

  /// All versions of all reports of a record, by report number, as known at a moment.
  public func reportVersions(record: Int64, knownAt: Instant? = nil) throws -> [StoredReportVersion] {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body FROM report_version
      WHERE record = ? AND recorded_at <= ?
      """,
      [record, knownAt?.milliseconds ?? .max])
    return try StoreTransaction.versions(rows)
  }

  /// All versions of one report, as known at a moment.
  public func reportVersions(institution: String, number: String, knownAt: Instant? = nil) throws
    -> [StoredReportVersion]
  {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body FROM report_version
      WHERE institution = ? AND report_number = ? AND recorded_at <= ?
      """,
      [institution, number, knownAt?.milliseconds ?? .max])
    return try StoreTransaction.versions(rows)
  }

  /// Every report with all its versions, by institution and number in byte order: memory holds one at a time.
  public func eachReport(_ body: ([StoredReportVersion]) throws -> Void) throws {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body FROM report_version
      ORDER BY institution, report_number
      """, [])
    var current: [StoredReportVersion] = []
    while let row = try rows.next() {
      let version = try StoreTransaction.version(row)
      if let first = current.first,
        first.institution != version.institution || first.report.reportNumber != version.report.reportNumber
      {
        try body(current)
        current = []
      }
      current.append(version)
    }
    if !current.isEmpty { try body(current) }
  }

  private static func versions(_ rows: SQLRows) throws -> [StoredReportVersion] {
    var result: [StoredReportVersion] = []
    while let row = try rows.next() { result.append(try version(row)) }
    return result
  }

  private static func version(_ row: SQLRow) throws -> StoredReportVersion {
    let messageTime = Instant(milliseconds: row[3])
    let report = try row.withBytes(6) { try ReportPacking.unpack($0, messageTime: messageTime) }
    return StoredReportVersion(
      record: row[0], institution: row[1], report: report, content: row[5], message: row[2],
      recordedAt: Instant(milliseconds: row[4]))
  }
}
