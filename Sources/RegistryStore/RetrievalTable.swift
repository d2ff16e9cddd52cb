public import Clinical

extension StoreTransaction {
  /// How many decisions each institution asked for and recorded, by the time of the order.
  ///
  /// - Parameters:
  ///   - from: included.
  ///   - to: excluded.
  ///   - moment: what happened later is left aside.
  public func retrievals(
    from: Instant?, to: Instant?, at moment: Instant, knownAt: Instant? = nil
  ) throws -> [String: Int] {
    let rows = try rows(
      """
      SELECT json_extract(body, '$.orderingInstitution') AS institution, count(*) FROM event
      WHERE kind = 'decision' AND at >= ? AND at < ? AND at <= ? AND recorded_at <= ? GROUP BY institution
      """,
      [
        from?.milliseconds ?? .min, to?.milliseconds ?? .max, moment.milliseconds, knownAt?.milliseconds ?? .max,
      ])
    var result: [String: Int] = [:]
    while let row = try rows.next() { result[row[0]] = row[1] }
    return result
  }
}
