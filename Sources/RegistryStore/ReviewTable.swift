public import Clinical

/// Two records that may be one person's and await a human.
public struct ReviewTask: Hashable, Sendable {
  public enum Outcome: String, Sendable, Codable {
    case linked
    case notTheSame = "not-the-same"
    /// What was learnt since made another question of it, or none.
    case superseded
  }

  public var id: Int64
  /// The smaller id first.
  public var records: RecordPair
  /// Why nobody but a human decides, e.g. `sibling`.
  public var guards: [String]
  /// log2 of the odds that the two are one person's, as they were when it was asked.
  public var bits: Double
  public var isRefusedLink: Bool
  public var recordedAt: Instant
}

/// Two records, the smaller id first.
public struct RecordPair: Hashable, Sendable, Comparable {
  public let a: Int64
  public let b: Int64

  public init(_ one: Int64, _ other: Int64) { (a, b) = (min(one, other), max(one, other)) }

  public static func < (x: RecordPair, y: RecordPair) -> Bool { (x.a, x.b) < (y.a, y.b) }
}

extension StoreTransaction {
  private static let reviewColumns = "id, record_a, record_b, guards, bits, is_refused_link, recorded_at"

  public func insertReview(
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

  public func endReview(_ id: Int64, outcome: ReviewTask.Outcome, recordedAt: Instant) throws {
    try run(
      "UPDATE review SET ended_at = ?, outcome = ? WHERE id = ? AND ended_at IS NULL",
      [recordedAt.milliseconds, outcome.rawValue, id])
  }

  /// One task, open or not.
  public func review(_ id: Int64) throws -> (task: ReviewTask, outcome: ReviewTask.Outcome?)? {
    try first(SQLText("SELECT \(Self.reviewColumns), outcome FROM review WHERE id = ?"), [id]) { row in
      (Self.task(row), (row[7] as String?).flatMap(ReviewTask.Outcome.init))
    }
  }

  /// Whether anything awaits a human.
  public func hasReviews() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM review WHERE ended_at IS NULL LIMIT 1", []) != nil
  }

  /// The tasks that await a human, the likeliest first.
  public func openReviews() throws -> [ReviewTask] {
    try tasks("SELECT \(Self.reviewColumns) FROM review WHERE ended_at IS NULL ORDER BY bits DESC, id", [])
  }

  /// The tasks of a record that were open at a moment.
  public func reviews(record: Int64, knownAt: Instant? = nil) throws -> [ReviewTask] {
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
