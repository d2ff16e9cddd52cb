public import Clinical

extension StoreTransaction {
  /// Keeps that a value is of so many people that it proves nothing (`CommonValue` of the person index: a hash).
  public func insertCommonValue(_ value: Int64, recordedAt: Instant) throws {
    try run(
      "INSERT INTO common_value (value, recorded_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
      [value, recordedAt.milliseconds])
  }

  /// The values that were found common after a place, in the order of finding.
  public func eachCommonValue(after place: Int64, _ body: (_ place: Int64, _ value: Int64) -> Void) throws {
    let rows = try rows("SELECT id, value FROM common_value WHERE id > ? ORDER BY id", [place])
    while let row = try rows.next() { body(row[0], row[1]) }
  }

  /// Whether a value was common at a moment.
  public func isCommon(_ value: Int64, knownAt: Instant? = nil) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM common_value WHERE value = ? AND recorded_at <= ?",
      [value, knownAt?.milliseconds ?? .max]) != nil
  }

  /// Keeps that what is grouped of one of two records depends on the other, though they are not one person's.
  public func insertTie(_ records: RecordPair) throws {
    try run("INSERT INTO tie (record_a, record_b) VALUES (?, ?) ON CONFLICT DO NOTHING", [records.a, records.b])
  }

  /// The records that a record is tied to.
  public func ties(record: Int64) throws -> [Int64] {
    let rows = try rows(
      "SELECT record_b FROM tie WHERE record_a = ? UNION ALL SELECT record_a FROM tie WHERE record_b = ?",
      [record, record])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  /// Whether any two records are tied: most registries need not ask of each.
  public func hasTies() throws -> Bool { try one(Int64.self, "SELECT 1 FROM tie LIMIT 1", []) != nil }
}
