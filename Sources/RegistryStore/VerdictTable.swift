public import Clinical

/// What was said of two records: that they are one person's, or not.
public struct Verdict: Hashable, Sendable {
  public var records: RecordPair
  public var isSame: Bool
  /// Of the chain.
  public var event: String
  /// Of what their institution says, when it says that it is so; nil: a human says it.
  public var statedAt: Instant?

  public var isStated: Bool { statedAt != nil }

  /// Whether it holds in place of one that was recorded before it.
  fileprivate func holds(before other: Verdict) -> Bool {
    guard let statedAt else { return true }
    guard let known = other.statedAt else { return false }
    return statedAt != known ? statedAt > known : !isSame || other.isSame
  }
}

/// A person's word that a report is not theirs.
public struct Dispute: Hashable, Sendable {
  public var recordedAt: Instant
  /// nil: not settled.
  public var endedAt: Instant?
  /// As it was settled.
  public var isNotTheirs: Bool
}

extension [Dispute] {
  /// Whether a report counts for nobody at a moment: in dispute then, or found not to be its person's.
  public func holds(at moment: Instant?) -> Bool {
    contains { dispute in
      guard let moment else { return dispute.endedAt == nil || dispute.isNotTheirs }
      guard dispute.recordedAt <= moment else { return false }
      return dispute.endedAt.map { $0 > moment } ?? true || dispute.isNotTheirs
    }
  }
}

/// A report by all numbers it is known under.
public struct ReportNumbers: Hashable, Sendable {
  public var institution: String
  public var numbers: Set<String>

  public init(institution: String, numbers: Set<String>) {
    self.institution = institution
    self.numbers = numbers
  }
}

extension [StoredReportVersion] {
  /// The numbers of the report that these are versions of; of an institution's first.
  public var reportNumbers: ReportNumbers {
    ReportNumbers(institution: first?.institution ?? "", numbers: Set(flatMap { [$0.number, $0.report.reportNumber] }))
  }
}

extension StoreTransaction {
  /// Keeps what was said of two records.
  ///
  /// - Parameter statedAt: of what their institution says, when it says that it is so; nil: a human says it.
  public func insertVerdict(
    _ records: RecordPair, isSame: Bool, event: String, statedAt: Instant? = nil, recordedAt: Instant
  ) throws {
    try run(
      "INSERT INTO verdict (record_a, record_b, is_same, event, stated_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
      [records.a, records.b, isSame ? 1 : 0, event, statedAt?.milliseconds, recordedAt.milliseconds])
  }

  /// Whether anything was ever said of two records.
  public func hasVerdicts() throws -> Bool { try one(Int64.self, "SELECT 1 FROM verdict LIMIT 1", []) != nil }

  /// What is said of a record and others. Of several verdicts on one pair a human's last holds; else the one that its institution
  /// states of the latest time, and of one time that they are two.
  public func verdicts(record: Int64) throws -> [Verdict] {
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

  /// What an event says of two records and that is in force.
  public func verdicts(event: String) throws -> [Verdict] {
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
  public func endVerdicts(event: String, recordedAt: Instant) throws -> [Int64] {
    let rows = try rows("SELECT record_a, record_b FROM verdict WHERE event = ? AND ended_at IS NULL", [event])
    var records: Set<Int64> = []
    while let row = try rows.next() { records.formUnion([row[0], row[1]]) }
    try run("UPDATE verdict SET ended_at = ? WHERE event = ? AND ended_at IS NULL", [recordedAt.milliseconds, event])
    return records.sorted()
  }

  /// The links that came with an event: the record, whose it became, and whose it was before.
  public func links(event: String) throws -> [(record: Int64, person: String, before: String?)] {
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

  public func insertDispute(institution: String, number: String, event: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO dispute (institution, report_number, event, recorded_at) VALUES (?, ?, ?, ?)",
      [institution, number, event, recordedAt.milliseconds])
  }

  /// Settles the disputes of a report: one that was found not to be theirs stays uncertain for ever.
  public func endDisputes(_ report: ReportNumbers, areTheirs: Bool, recordedAt: Instant) throws {
    for number in report.numbers {
      try run(
        "UPDATE dispute SET ended_at = ?, outcome = ? WHERE institution = ? AND report_number = ? AND ended_at IS NULL",
        [recordedAt.milliseconds, areTheirs ? "theirs" : "not-theirs", report.institution, number])
    }
  }

  /// What was said of whose a report is, as known at a moment, the oldest first.
  public func disputes(_ report: ReportNumbers, knownAt: Instant? = nil) throws -> [Dispute] {
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

  /// Whether a report was in dispute at a moment, or had been found not to be its person's.
  public func isDisputed(_ report: ReportNumbers, knownAt: Instant? = nil) throws -> Bool {
    try disputes(report, knownAt: knownAt).holds(at: knownAt)
  }

  /// Whether any report ever was in dispute: most registries need not ask of each.
  public func hasDisputes() throws -> Bool { try one(Int64.self, "SELECT 1 FROM dispute LIMIT 1", []) != nil }

  /// Reports in dispute.
  public func openDisputes() throws -> [(institution: String, number: String, recordedAt: Instant)] {
    let rows = try rows(
      "SELECT institution, report_number, recorded_at FROM dispute WHERE ended_at IS NULL ORDER BY id", [])
    var result: [(institution: String, number: String, recordedAt: Instant)] = []
    while let row = try rows.next() { result.append((row[0], row[1], Instant(milliseconds: row[2]))) }
    return result
  }
}
