import Clinical
import RegistryStore

extension SQLiteTransaction {
  func insertVerdict(
    _ records: RecordPair, isSame: Bool, event: String, statedAt: Instant?, recordedAt: Instant
  ) throws {
    try run(
      "INSERT INTO verdict (record_a, record_b, is_same, event, stated_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
      [records.a, records.b, isSame ? 1 : 0, event, statedAt?.milliseconds, recordedAt.milliseconds])
  }

  func hasVerdicts() throws -> Bool { try one(Int64.self, "SELECT 1 FROM verdict LIMIT 1", []) != nil }

  func verdicts(record: Int64) throws -> [Verdict] {
    let rows = try rows(
      """
      SELECT id, record_a, record_b, is_same, event, stated_at FROM verdict WHERE record_a = ? AND ended_at IS NULL
      UNION ALL
      SELECT id, record_a, record_b, is_same, event, stated_at FROM verdict WHERE record_b = ? AND ended_at IS NULL
      ORDER BY 1
      """, [record, record])
    var held: [RecordPair: Verdict] = [:]
    while let row = try rows.next() {
      let statedAt = (row[5] as Int64?).map { Instant(milliseconds: $0) }
      let verdict = Verdict(records: RecordPair(row[1], row[2]), isSame: row[3], event: row[4], statedAt: statedAt)
      if let known = held[verdict.records], !verdict.holds(before: known) { continue }
      held[verdict.records] = verdict
    }
    return held.values.sorted { $0.records < $1.records }
  }

  func verdicts(event: String) throws -> [Verdict] {
    let rows = try rows(
      "SELECT record_a, record_b, is_same, stated_at FROM verdict WHERE event = ? AND ended_at IS NULL ORDER BY id",
      [event])
    var result: [Verdict] = []
    while let row = try rows.next() {
      let statedAt = (row[3] as Int64?).map { Instant(milliseconds: $0) }
      result.append(Verdict(records: RecordPair(row[0], row[1]), isSame: row[2], event: event, statedAt: statedAt))
    }
    return result
  }

  /// Takes back what an event said.
  ///
  /// - Returns: the records it was said of.
  @discardableResult
  func endVerdicts(event: String, recordedAt: Instant) throws -> [Int64] {
    let rows = try rows("SELECT record_a, record_b FROM verdict WHERE event = ? AND ended_at IS NULL", [event])
    var records: Set<Int64> = []
    while let row = try rows.next() { records.formUnion([row[0], row[1]]) }
    try run("UPDATE verdict SET ended_at = ? WHERE event = ? AND ended_at IS NULL", [recordedAt.milliseconds, event])
    return records.sorted()
  }

  func links(event: String) throws -> [(record: Int64, person: String, before: String?)] {
    let rows = try rows(
      """
      SELECT link.record, link.person,
        (SELECT person FROM link AS earlier WHERE earlier.record = link.record AND earlier.id < link.id
         ORDER BY earlier.id DESC LIMIT 1)
      FROM link_event JOIN link ON link.id = link_event.link WHERE link_event.event = ? ORDER BY link.id
      """, [event])
    var result: [(record: Int64, person: String, before: String?)] = []
    while let row = try rows.next() { result.append((row[0], row[1], row[2])) }
    return result
  }

  func insertDispute(institution: String, number: String, event: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO dispute (institution, report_number, event, recorded_at) VALUES (?, ?, ?, ?)",
      [institution, number, event, recordedAt.milliseconds])
  }

  func endDisputes(_ report: ReportNumbers, areTheirs: Bool, recordedAt: Instant) throws {
    for number in report.numbers {
      try run(
        "UPDATE dispute SET ended_at = ?, outcome = ? WHERE institution = ? AND report_number = ? AND ended_at IS NULL",
        [recordedAt.milliseconds, areTheirs ? "theirs" : "not-theirs", report.institution, number])
    }
  }

  func disputes(_ report: ReportNumbers, knownAt: Instant?) throws -> [Dispute] {
    let tied =
      try hasReportIdentities() ? reportNumbers(institution: report.institution, of: report.numbers.sorted()) : []
    var result: [Dispute] = []
    for number in report.numbers.union(tied) {
      let rows = try rows(
        """
        SELECT recorded_at, ended_at, outcome = 'not-theirs' FROM dispute
        WHERE institution = ? AND report_number = ? AND recorded_at <= ?
        """, [report.institution, number, knownAt?.milliseconds ?? .max])
      while let row = try rows.next() {
        let end = (row[1] as Int64?).map { Instant(milliseconds: $0) }
        result.append(Dispute(recordedAt: Instant(milliseconds: row[0]), endedAt: end, isNotTheirs: row[2]))
      }
    }
    return result.sorted { $0.recordedAt < $1.recordedAt }
  }

  func isDisputed(_ report: ReportNumbers, knownAt: Instant?) throws -> Bool {
    try disputes(report, knownAt: knownAt).holds(at: knownAt)
  }

  func hasDisputes() throws -> Bool { try one(Int64.self, "SELECT 1 FROM dispute LIMIT 1", []) != nil }

  func openDisputes() throws -> [(institution: String, number: String, recordedAt: Instant)] {
    let rows = try rows(
      "SELECT institution, report_number, recorded_at FROM dispute WHERE ended_at IS NULL ORDER BY id", [])
    var result: [(institution: String, number: String, recordedAt: Instant)] = []
    while let row = try rows.next() { result.append((row[0], row[1], Instant(milliseconds: row[2]))) }
    return result
  }
}
