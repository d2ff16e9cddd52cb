import Clinical
import RegistryStore

extension SQLiteTransaction {
  private static let reviewColumns = "id, record_a, record_b, guards, bits, is_refused_link, recorded_at"

  func insertReview(
    _ records: RecordPair, guards: [String], bits: Double, isRefusedLink: Bool, recordedAt: Instant
  ) throws {
    try run(
      """
      INSERT INTO review (record_a, record_b, guards, bits, is_refused_link, recorded_at) VALUES (?, ?, ?, ?, ?, ?)
      """,
      [
        records.a, records.b, guards.joined(separator: " "), bits, isRefusedLink ? 1 : 0,
        recordedAt.milliseconds,
      ])
  }

  func endReview(_ id: Int64, outcome: ReviewTask.Outcome, recordedAt: Instant) throws {
    try run(
      "UPDATE review SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
      [recordedAt.milliseconds, outcome.rawValue, id])
  }

  func review(_ id: Int64) throws -> (task: ReviewTask, outcome: ReviewTask.Outcome?)? {
    try first(SQLText("SELECT \(Self.reviewColumns), outcome FROM review WHERE id = ?"), [id]) { row in
      (Self.task(row), (row[7] as String?).flatMap(ReviewTask.Outcome.init))
    }
  }

  func hasReviews() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM review WHERE ended_at IS NULL LIMIT 1", []) != nil
  }

  func openReviews() throws -> [ReviewTask] {
    try tasks("SELECT \(Self.reviewColumns) FROM review WHERE ended_at IS NULL ORDER BY bits DESC, id", [])
  }

  func reviews(record: Int64, knownAt: Instant?) throws -> [ReviewTask] {
    let moment = knownAt?.milliseconds ?? .max
    let isOpen = "recorded_at <= ? AND (ended_at IS NULL OR ended_at > ?)"
    return try tasks(
      """
      SELECT \(Self.reviewColumns) FROM review WHERE record_a = ? AND \(isOpen)
      UNION ALL SELECT \(Self.reviewColumns) FROM review WHERE record_b = ? AND \(isOpen)
      """, [record, moment, moment, record, moment, moment])
  }

  private func tasks(_ sql: String, _ arguments: [any SQLBindable]) throws -> [ReviewTask] {
    let rows = try rows(SQLText(sql), arguments)
    var result: [ReviewTask] = []
    while let row = try rows.next() { result.append(Self.task(row)) }
    return result
  }

  private static func task(_ row: SQLRow) -> ReviewTask {
    ReviewTask(
      id: row[0], records: RecordPair(row[1], row[2]),
      guards: (row[3] as String).split(separator: " ").map(String.init),
      bits: row[4], isRefusedLink: row[5], recordedAt: Instant(milliseconds: row[6]))
  }
}
