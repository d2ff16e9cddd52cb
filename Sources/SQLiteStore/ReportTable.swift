import Clinical
import Foundation
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func insertReportVersion(
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

  func versions(
    institution: String, number: String, knownAt: Instant?
  ) throws -> [(record: Int64, content: [UInt8], time: Instant)] {
    let rows = try rows(
      "SELECT record, content, message_time FROM report_version WHERE institution = ? AND report_number = ?",
      [institution, number])
    var result: [(record: Int64, content: [UInt8], time: Instant)] = []
    while let row = try rows.next() {
      result.append((row[0], row[1], Instant(milliseconds: row[2])))
    }
    if try hasReportMoves() {
      for place in result.indices {
        result[place].record = try holder(
          institution: institution, number: number, stored: result[place].record, knownAt: knownAt)
      }
    }
    return result
  }

  func numberAssigners(institution: String, number: String) throws -> Set<String> {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body, report_number FROM report_version
      WHERE institution = ? AND report_number = ? LIMIT 16
      """, [institution, number])
    return Set(try SQLiteTransaction.versions(rows).compactMap(\.report.numberAssigner))
  }

  func hasReports(record: Int64) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM report_version WHERE record = ? LIMIT 1", [record]) != nil
  }

  func reportCount(record: Int64) throws -> Int {
    if try hasReportMoves() {
      return Set(try reportVersions(record: record).map { [$0.institution, $0.number] }).count
    }
    return Int(
      try one(
        Int64.self,
        "SELECT count(*) FROM (SELECT DISTINCT institution, report_number FROM report_version WHERE record = ?)",
        [record]) ?? 0)
  }

  func reportVersions(record: Int64, knownAt: Instant?) throws -> [StoredReportVersion] {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body, report_number FROM report_version
      WHERE record = ? AND recorded_at <= ?
      """,
      [record, knownAt?.milliseconds ?? .max])
    let own = try SQLiteTransaction.versions(rows)
    guard try hasReportMoves() else { return own }
    let moved = try reportsMoved(to: record).flatMap { move in
      try versions(keptUnder: move.number, institution: move.institution, knownAt: knownAt)
        .filter { $0.record == move.stored }
    }
    return try held(own + moved, knownAt: knownAt).filter { $0.record == record }
  }

  /// The versions that lie under one number, each with the record that it is of.
  func reportVersions(keptUnder number: String, institution: String) throws -> [StoredReportVersion] {
    try held(versions(keptUnder: number, institution: institution, knownAt: nil), knownAt: nil)
  }

  private func versions(
    keptUnder number: String, institution: String, knownAt: Instant?
  ) throws -> [StoredReportVersion] {
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body, report_number FROM report_version
      WHERE institution = ? AND report_number = ? AND recorded_at <= ?
      """,
      [institution, number, knownAt?.milliseconds ?? .max])
    return try SQLiteTransaction.versions(rows)
  }

  /// Versions with the record that they are of.
  private func held(_ versions: [StoredReportVersion], knownAt: Instant?) throws -> [StoredReportVersion] {
    guard try hasReportMoves() else { return versions }
    return try versions.map { version in
      var version = version
      version.record = try holder(
        institution: version.institution, number: version.number, stored: version.stored, knownAt: knownAt)
      return version
    }
  }

  func reportVersions(institution: String, number: String, knownAt: Instant?) throws
    -> [StoredReportVersion]
  {
    let others = try hasReportIdentities() ? reportNumbers(institution: institution, of: [number]) : []
    return try Set([number] + others).sorted().flatMap { number in
      try held(versions(keptUnder: number, institution: institution, knownAt: knownAt), knownAt: knownAt)
    }
  }

  func eachReport(_ body: ([StoredReportVersion]) throws -> Void) throws {
    var ties = TiedReports()
    if try hasReportIdentities() { for tie in try tiedReportNumbers() { ties.add(tie.institution, tie.a, tie.b) } }
    let rows = try rows(
      """
      SELECT record, institution, message, message_time, recorded_at, content, body, report_number FROM report_version
      ORDER BY institution, report_number
      """, [])
    var current: [StoredReportVersion] = []
    func end() throws {
      if current.isEmpty { return }
      let held = try held(current, knownAt: nil)
      if !ties.hold(held) { try body(held) }
      current = []
    }
    while let row = try rows.next() {
      let version = try SQLiteTransaction.version(row)
      if let first = current.first, first.institution != version.institution || first.number != version.number {
        try end()
      }
      current.append(version)
    }
    try end()
    for report in ties.reports { try body(report) }
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
      record: row[0], stored: row[0], institution: row[1], number: row[7], report: report, content: row[5],
      message: row[2],
      recordedAt: Instant(milliseconds: row[4]))
  }
}

/// Reports whose versions lie under several numbers.
private struct TiedReports {
  private struct Key: Hashable {
    var institution: String
    var number: String
  }

  /// Of each number the smallest one that it is tied to.
  private var roots: [Key: Key] = [:]
  private var held: [Key: [StoredReportVersion]] = [:]

  mutating func add(_ institution: String, _ a: String, _ b: String) {
    let (x, y) = (
      root(Key(institution: institution, number: a)), root(Key(institution: institution, number: b))
    )
    let (first, second) = x.number < y.number ? (x, y) : (y, x)
    (roots[first], roots[second]) = (first, first)
    for (key, root) in roots where root == second { roots[key] = first }
    for number in [a, b] { roots[Key(institution: institution, number: number)] = first }
  }

  private func root(_ key: Key) -> Key { roots[key] ?? key }

  /// Keeps the versions under one number until the others have come.
  ///
  /// - Returns: false when there are no others.
  mutating func hold(_ versions: [StoredReportVersion]) -> Bool {
    let key = Key(institution: versions[0].institution, number: versions[0].number)
    guard let root = roots[key] else { return false }
    held[root, default: []] += versions
    return true
  }

  var reports: [[StoredReportVersion]] {
    held.sorted { ($0.key.institution, $0.key.number) < ($1.key.institution, $1.key.number) }.map(\.value)
  }
}
