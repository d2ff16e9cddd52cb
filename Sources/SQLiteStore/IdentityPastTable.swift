import Clinical
import RegistryStore

/// What was believed of a record before something was said again: without it an answer of that time could not be given again.
enum IdentityPast {
  static let schema = """
    -- Until a commit an identity was told at another time, or was not said; it is told and said otherwise now.
    CREATE TABLE identity_past (
      id INTEGER PRIMARY KEY,
      identity INTEGER NOT NULL REFERENCES record_identity (id),
      told_at INTEGER NOT NULL,
      ended_at INTEGER,
      until INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX identity_past_identity ON identity_past (identity);

    -- Between two commits nothing said the number of the record; something does again.
    CREATE TABLE identifier_past (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      institution TEXT NOT NULL,
      record INTEGER NOT NULL REFERENCES source_record (id),
      ended_at INTEGER NOT NULL,
      until INTEGER NOT NULL,
      PRIMARY KEY (kind, value, institution, record, ended_at)
    ) STRICT, WITHOUT ROWID;
    """
}

extension SQLiteTransaction {
  /// Whether anything was said again: of nearly no registry.
  func hasIdentityPast() throws -> Bool {
    if let areThere = hasPast { return areThere }
    let areThere = try one(Int64.self, "SELECT 1 FROM identity_past LIMIT 1", []) != nil
    hasPast = areThere
    return areThere
  }

  /// Keeps what holds of an identity until now, before it is told otherwise.
  ///
  /// - Parameter identities: SQL that selects their ids.
  func keepIdentityPast(_ identities: String, _ arguments: [any SQLBindable]) throws {
    try run(
      SQLText(
        """
        INSERT INTO identity_past (identity, told_at, ended_at, until)
        SELECT own.id, own.told_at, (SELECT ended_at FROM stated_identity WHERE identity = own.id), ?
        FROM record_identity AS own WHERE own.id IN (\(identities))
        """), [recordedAt.milliseconds] + arguments)
    hasPast = nil
  }

  func keepIdentifierPast(_ arguments: [any SQLBindable]) throws {
    try run(
      """
      INSERT INTO identifier_past SELECT kind, value, institution, record, ended_at, ? FROM ended_identifier
      WHERE kind = ? AND value = ? AND institution = ? AND record = ? ON CONFLICT DO NOTHING
      """, [recordedAt.milliseconds] + arguments)
  }

  /// What was said of a record's patient by a moment, as it was told then.
  func pastIdentities(record: Int64, knownAt: Instant) throws -> [Patient] {
    let moment = knownAt.milliseconds
    let rows = try rows(
      """
      SELECT own.digest, own.body,
        CASE WHEN past.id IS NULL THEN own.told_at ELSE past.told_at END AS told,
        CASE WHEN past.id IS NULL THEN stated_identity.ended_at ELSE past.ended_at END AS ended
      FROM record_identity AS own
        LEFT JOIN stated_identity ON stated_identity.identity = own.id
        LEFT JOIN identity_past AS past ON past.id =
          (SELECT id FROM identity_past WHERE identity = own.id AND until > ? ORDER BY until, id LIMIT 1)
      WHERE own.record = ? AND own.recorded_at <= ? ORDER BY told, own.digest
      """, [moment, record, moment])
    var result: [Patient] = []
    while let row = try rows.next() {
      if let ended: Int64 = row[3], ended <= moment { continue }
      let body: [UInt8] = row[1]
      result.append(try body.withUnsafeBytes { (bytes) throws(StoreError) in try PatientPacking.unpack(bytes) })
    }
    return result
  }
}
