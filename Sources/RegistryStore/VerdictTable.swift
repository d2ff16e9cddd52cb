public import Clinical

extension StoreTransaction {
  /// Keeps what a human said of two records.
  public func insertVerdict(_ records: RecordPair, isSame: Bool, event: String, recordedAt: Instant) throws {
    try run(
      "INSERT INTO verdict (record_a, record_b, is_same, event, recorded_at) VALUES (?, ?, ?, ?, ?)",
      [records.a, records.b, isSame ? 1 : 0, event, recordedAt.milliseconds])
  }

  /// Whether humans ever said anything.
  public func hasVerdicts() throws -> Bool { try one(Int64.self, "SELECT 1 FROM verdict LIMIT 1", []) != nil }

  /// What humans say of a record and others; of two verdicts on one pair the last.
  public func verdicts(record: Int64) throws -> [(records: RecordPair, isSame: Bool)] {
    let rows = try rows(
      """
      SELECT id, record_a, record_b, is_same FROM verdict WHERE record_a = ? AND ended_at IS NULL
      UNION ALL SELECT id, record_a, record_b, is_same FROM verdict WHERE record_b = ? AND ended_at IS NULL
      ORDER BY 1
      """, [record, record])
    var last: [RecordPair: Bool] = [:]
    while let row = try rows.next() { last[RecordPair(row[1], row[2])] = row[3] }
    return last.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Takes back what an event said.
  ///
  /// - Returns: the records it was said of; nil when nothing it said is in force.
  public func endVerdicts(event: String, recordedAt: Instant) throws -> [Int64]? {
    let rows = try rows("SELECT record_a, record_b FROM verdict WHERE event = ? AND ended_at IS NULL", [event])
    var records: Set<Int64> = []
    while let row = try rows.next() { records.formUnion([row[0], row[1]]) }
    try run("UPDATE verdict SET ended_at = ? WHERE event = ? AND ended_at IS NULL", [recordedAt.milliseconds, event])
    return records.isEmpty ? nil : records.sorted()
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
  public func endDisputes(institution: String, number: String, areTheirs: Bool, recordedAt: Instant) throws {
    try run(
      "UPDATE dispute SET ended_at = ?, outcome = ? WHERE institution = ? AND report_number = ? AND ended_at IS NULL",
      [recordedAt.milliseconds, areTheirs ? "theirs" : "not-theirs", institution, number])
  }

  /// Whether a report was in dispute at a moment, or had been found not to be its person's.
  public func isDisputed(institution: String, number: String, knownAt: Instant? = nil) throws -> Bool {
    let moment = knownAt?.milliseconds ?? .max
    return try one(
      Int64.self,
      """
      SELECT 1 FROM dispute WHERE institution = ? AND report_number = ? AND recorded_at <= ?
        AND (ended_at IS NULL OR ended_at > ? OR outcome = 'not-theirs') LIMIT 1
      """, [institution, number, moment, moment]) != nil
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
