import Clinical
import RegistryStore

extension SQLiteTransaction {
  func insertCommonValue(_ value: Int64, recordedAt: Instant) throws {
    try run(
      "INSERT INTO common_value (value, recorded_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
      [value, recordedAt.milliseconds])
  }

  func eachCommonValue(after commit: Int64, _ body: (_ value: Int64) -> Void) throws {
    let last = try indexRows(after: commit).common
    let rows = try rows("SELECT value FROM common_value WHERE id > ? ORDER BY id", [last])
    while let row = try rows.next() { body(row[0]) }
  }

  func isCommon(_ value: Int64, knownAt: Instant?) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM common_value WHERE value = ? AND recorded_at <= ?",
      [value, knownAt?.milliseconds ?? .max]) != nil
  }

  func insertTie(_ records: RecordPair) throws {
    try run("INSERT INTO tie (record_a, record_b) VALUES (?, ?) ON CONFLICT DO NOTHING", [records.a, records.b])
  }

  func ties(record: Int64) throws -> [Int64] {
    let rows = try rows(
      "SELECT record_b FROM tie WHERE record_a = ? UNION ALL SELECT record_a FROM tie WHERE record_b = ?",
      [record, record])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func hasTies() throws -> Bool { try one(Int64.self, "SELECT 1 FROM tie LIMIT 1", []) != nil }
}
