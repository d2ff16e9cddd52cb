import Clinical
import RegistryStore

extension SQLiteTransaction {
  func retrievals(
    from: Instant?, to: Instant?, at moment: Instant, knownAt: Instant?
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
