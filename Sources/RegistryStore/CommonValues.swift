public import Clinical

/// What a snapshot tells of what crowds share.
public protocol CommonValuesReading {
  /// The values that were found common since a commit, in the order of finding.
  ///
  /// - Parameter commit: its number; 0: all that ever were.
  func eachCommonValue(after commit: Int64, _ body: (_ value: Int64) -> Void) throws

  /// Whether a value was common at a moment.
  func isCommon(_ value: Int64, knownAt: Instant?) throws -> Bool

  /// The records that a record is tied to.
  func ties(record: Int64) throws -> [Int64]

  /// Whether any two records are tied: most registries need not ask of each.
  func hasTies() throws -> Bool
}

/// What a writer does to what crowds share.
public protocol CommonValuesWriting {
  /// Keeps that a value is of so many people that it proves nothing (`CommonValue` of the person index: a hash).
  func insertCommonValue(_ value: Int64, recordedAt: Instant) throws

  /// Keeps that what is grouped of one of two records depends on the other, though they are not one person's.
  func insertTie(_ records: RecordPair) throws
}

extension CommonValuesReading {
  public func isCommon(_ value: Int64) throws -> Bool {
    try isCommon(value, knownAt: nil)
  }
}
