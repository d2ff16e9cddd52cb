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

  /// As an engine reads it.
  package init(id: Int64, records: RecordPair, guards: [String], bits: Double, isRefusedLink: Bool, recordedAt: Instant)
  {
    self.id = id
    self.records = records
    self.guards = guards
    self.bits = bits
    self.isRefusedLink = isRefusedLink
    self.recordedAt = recordedAt
  }
}

/// Two records, the smaller id first.
public struct RecordPair: Hashable, Sendable, Comparable {
  public let a: Int64
  public let b: Int64

  public init(_ one: Int64, _ other: Int64) { (a, b) = (min(one, other), max(one, other)) }

  public static func < (x: RecordPair, y: RecordPair) -> Bool { (x.a, x.b) < (y.a, y.b) }
}

/// What a snapshot tells of tasks for humans.
public protocol ReviewsReading {
  /// One task, open or not.
  func review(_ id: Int64) throws -> (task: ReviewTask, outcome: ReviewTask.Outcome?)?

  /// Whether anything awaits a human.
  func hasReviews() throws -> Bool

  /// The tasks that await a human, the likeliest first.
  func openReviews() throws -> [ReviewTask]

  /// The tasks of a record that were open at a moment.
  func reviews(record: Int64, knownAt: Instant?) throws -> [ReviewTask]
}

/// What a writer does to tasks for humans.
public protocol ReviewsWriting {
  /// Asks a human whether two records are one person's.
  func insertReview(
    _ records: RecordPair, guards: [String], bits: Double, isRefusedLink: Bool, recordedAt: Instant
  ) throws

  /// Closes a task, once.
  func endReview(_ id: Int64, outcome: ReviewTask.Outcome, recordedAt: Instant) throws
}

extension ReviewsReading {
  public func reviews(record: Int64) throws -> [ReviewTask] {
    try reviews(record: record, knownAt: nil)
  }
}
