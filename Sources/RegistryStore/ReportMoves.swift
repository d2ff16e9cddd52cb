public import Clinical

/// A report of which a human said that it is of another patient than the record it came with.
public struct ReportMove: Hashable, Sendable {
  public var institution: String
  /// Under which it is kept.
  public var number: String
  /// The record its versions came with.
  public var stored: Int64
  /// The record they are of.
  public var record: Int64

  public init(institution: String, number: String, stored: Int64, record: Int64) {
    (self.institution, self.number, self.stored, self.record) = (institution, number, stored, record)
  }
}

/// What a writer does to reports that are another record's.
public protocol ReportMovesWriting {
  /// Keeps that the versions of a report that came with one record are of another.
  func insert(_ move: ReportMove, event: String, recordedAt: Instant) throws

  /// Takes back what an event moved.
  ///
  /// - Returns: what it moved.
  func endReportMoves(event: String, recordedAt: Instant) throws -> [ReportMove]
}
