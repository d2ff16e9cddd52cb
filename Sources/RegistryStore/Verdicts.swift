public import Clinical

/// What was said of two records: that they are one person's, or not.
public struct Verdict: Hashable, Sendable {
  public var records: RecordPair
  public var isSame: Bool
  /// Of the chain.
  public var event: String
  /// Of what their institution says, when it says that it is so; nil: a human says it.
  public var statedAt: Instant?

  /// As an engine reads it.
  package init(records: RecordPair, isSame: Bool, event: String, statedAt: Instant?) {
    self.records = records
    self.isSame = isSame
    self.event = event
    self.statedAt = statedAt
  }

  public var isStated: Bool { statedAt != nil }

  /// Whether it holds in place of one that was recorded before it.
  package func holds(before other: Verdict) -> Bool {
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

  /// As an engine reads it.
  package init(recordedAt: Instant, endedAt: Instant?, isNotTheirs: Bool) {
    self.recordedAt = recordedAt
    self.endedAt = endedAt
    self.isNotTheirs = isNotTheirs
  }
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

/// What a snapshot tells of what humans said of records and reports.
public protocol VerdictsReading {
  /// Whether anything was ever said of two records.
  func hasVerdicts() throws -> Bool

  /// What is said of a record and others. Of several verdicts on one pair a human's last holds; else the one that its institution
  /// states of the latest time, and of one time that they are two.
  func verdicts(record: Int64) throws -> [Verdict]

  /// What an event says of two records and that is in force.
  func verdicts(event: String) throws -> [Verdict]

  /// The links that came with an event: the record, whose it became, and whose it was before.
  func links(event: String) throws -> [(record: Int64, person: String, before: String?)]

  /// What was said of whose a report is, as known at a moment, the oldest first.
  func disputes(_ report: ReportNumbers, knownAt: Instant?) throws -> [Dispute]

  /// Whether a report was in dispute at a moment, or had been found not to be its person's.
  func isDisputed(_ report: ReportNumbers, knownAt: Instant?) throws -> Bool

  /// Whether any report ever was in dispute: most registries need not ask of each.
  func hasDisputes() throws -> Bool

  /// Reports in dispute.
  func openDisputes() throws -> [(institution: String, number: String, recordedAt: Instant)]
}

/// What a writer does to what humans said of records and reports.
public protocol VerdictsWriting {
  /// Keeps what was said of two records.
  ///
  /// - Parameter statedAt: of what their institution says, when it says that it is so; nil: a human says it.
  func insertVerdict(
    _ records: RecordPair, isSame: Bool, event: String, statedAt: Instant?, recordedAt: Instant
  ) throws

  /// Takes back what an event said of records.
  ///
  /// - Returns: the records.
  func endVerdicts(event: String, recordedAt: Instant) throws -> [Int64]

  /// Keeps that a report is said not to be its person's.
  func insertDispute(institution: String, number: String, event: String, recordedAt: Instant) throws

  /// Settles the disputes of a report: one that was found not to be theirs stays uncertain for ever.
  func endDisputes(_ report: ReportNumbers, areTheirs: Bool, recordedAt: Instant) throws
}

extension VerdictsReading {
  public func disputes(_ report: ReportNumbers) throws -> [Dispute] {
    try disputes(report, knownAt: nil)
  }

  public func isDisputed(_ report: ReportNumbers) throws -> Bool {
    try isDisputed(report, knownAt: nil)
  }
}

extension VerdictsWriting {
  public func insertVerdict(_ records: RecordPair, isSame: Bool, event: String, recordedAt: Instant) throws {
    try insertVerdict(records, isSame: isSame, event: event, statedAt: nil, recordedAt: recordedAt)
  }
}
