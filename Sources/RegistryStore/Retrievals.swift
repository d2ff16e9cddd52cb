public import Clinical

/// What a snapshot tells of what was retrieved.
public protocol RetrievalsReading {
  /// How many decisions each institution asked for and recorded, by the time of the order.
  ///
  /// - Parameters:
  ///   - from: included.
  ///   - to: excluded.
  ///   - moment: what happened later is left aside.
  func retrievals(
    from: Instant?, to: Instant?, at moment: Instant, knownAt: Instant?
  ) throws -> [String: Int]
}

extension RetrievalsReading {
  public func retrievals(from: Instant?, to: Instant?, at moment: Instant) throws -> [String: Int] {
    try retrievals(from: from, to: to, at: moment, knownAt: nil)
  }
}
