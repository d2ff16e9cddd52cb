import RegistryStore

extension SQLiteTransaction {
  func auditPageState(_ kind: AuditSubjectKind) throws -> AuditPageState? {
    try first("SELECT edition, followed, reference FROM audit_state WHERE kind = ?", [kind.rawValue]) { row in
      var state = AuditPageState()
      (state.edition, state.followed, state.reference) = (row[0], row[1], row[2])
      return state
    }
  }

  func setAuditPageState(_ kind: AuditSubjectKind, _ state: AuditPageState) throws {
    try run(
      "INSERT OR REPLACE INTO audit_state (kind, edition, followed, reference) VALUES (?, ?, ?, ?)",
      [kind.rawValue, state.edition, state.followed, state.reference])
  }

  func markAllAuditSubjects(_ kind: AuditSubjectKind) throws {
    try run("UPDATE audit_subject SET is_stale = 1 WHERE kind = ? AND is_stale = 0", [kind.rawValue])
  }

  func markReportSubjects(after commit: Int64, through last: Int64) throws {
    let (old, new) = try (commitRows(after: commit).version, commitRows(after: last).version)
    try run(
      """
      INSERT INTO audit_subject (kind, scope, name, is_stale, days)
      SELECT DISTINCT 1, institution, report_number, 1, x'' FROM report_version WHERE id > ? AND id <= ?
      ON CONFLICT (kind, scope, name) DO UPDATE SET is_stale = 1
      """, [old, new])
  }

  func markPersonSubjects(after commit: Int64, through last: Int64) throws {
    let (old, new) = try (commitRows(after: commit), commitRows(after: last))
    try run(
      """
      WITH RECURSIVE touched (person) AS (
        SELECT person FROM link WHERE record IN (
          SELECT record FROM report_version WHERE id > ? AND id <= ?
          UNION SELECT record FROM report_move
          UNION SELECT stored FROM report_move
          UNION SELECT record FROM record_identity WHERE id > ? AND id <= ?
          UNION SELECT record FROM identity_past JOIN record_identity ON record_identity.id = identity_past.identity
            WHERE identity_past.id > ? AND identity_past.id <= ?
          UNION SELECT record FROM stated_identity
            JOIN record_identity ON record_identity.id = stated_identity.identity WHERE stated_identity.ended_at > ?
          UNION SELECT record FROM link WHERE id > ? AND id <= ?
          UNION SELECT version.record FROM dispute JOIN report_version AS version
            ON version.institution = dispute.institution AND version.report_number = dispute.report_number
          UNION SELECT version.record FROM dispute JOIN report_identity AS tie
            ON tie.institution = dispute.institution AND tie.identity = dispute.report_number
            JOIN report_version AS version
              ON version.institution = tie.institution AND version.report_number = tie.report_number)
        UNION SELECT person FROM redirect WHERE id > ? AND id <= ?
        UNION SELECT redirect.person FROM redirect JOIN touched ON redirect.target = touched.person
        UNION SELECT redirect.target FROM redirect JOIN touched ON redirect.person = touched.person
      )
      INSERT INTO audit_subject (kind, scope, name, is_stale, days)
      SELECT 2, '', person, 1, x'' FROM touched WHERE true
      ON CONFLICT (kind, scope, name) DO UPDATE SET is_stale = 1
      """,
      [
        old.version, new.version, old.identity, new.identity, old.past, new.past,
        one(Int64.self, "SELECT at FROM registry_commit WHERE id = ?", [commit]) ?? 0, old.link, new.link, old.redirect,
        new.redirect,
      ])
  }

  func markAskedSubjects(after commit: Int64, through last: Int64) throws {
    for order in try touchedOrders(after: commit, through: last) {
      try run(
        """
        WITH RECURSIVE touched (person) AS (
          SELECT person FROM book_asked WHERE order_key = ?
          UNION SELECT link.person FROM book_asked JOIN link ON link.record = book_asked.record WHERE order_key = ?
          UNION SELECT redirect.target FROM redirect JOIN touched ON redirect.person = touched.person
        )
        INSERT INTO audit_subject (kind, scope, name, is_stale, days)
        SELECT 2, '', person, 1, x'' FROM touched WHERE true
        ON CONFLICT (kind, scope, name) DO UPDATE SET is_stale = 1
        """, [order, order])
    }
  }

  func staleAuditSubjects(_ kind: AuditSubjectKind, limit: Int) throws -> [AuditSubject] {
    try auditSubjects(
      "SELECT id, scope, name, days FROM audit_subject WHERE kind = ? AND is_stale = 1 LIMIT ?",
      [kind.rawValue, limit])
  }

  func hasStaleAuditSubjects(_ kind: AuditSubjectKind) throws -> Bool {
    try !staleAuditSubjects(kind, limit: 1).isEmpty
  }

  func auditSubject(_ kind: AuditSubjectKind, scope: String, name: String) throws -> AuditSubject? {
    try auditSubjects(
      "SELECT id, scope, name, days FROM audit_subject WHERE kind = ? AND scope = ? AND name = ?",
      [kind.rawValue, scope, name]
    ).first
  }

  func auditSubject(_ id: Int64) throws -> AuditSubject? {
    try auditSubjects("SELECT id, scope, name, days FROM audit_subject WHERE id = ?", [id]).first
  }

  private func auditSubjects(_ sql: SQLText, _ arguments: [any SQLBindable]) throws -> [AuditSubject] {
    let rows = try rows(sql, arguments)
    var result: [AuditSubject] = []
    while let row = try rows.next() {
      let days = row.withBytes(3) { bytes in
        stride(from: 0, to: bytes.count & ~3, by: 4).map {
          Int64(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Int32.self)))
        }
      }
      result.append(AuditSubject(id: row[0], scope: row[1], name: row[2], days: days))
    }
    return result
  }

  func setAuditSubject(_ id: Int64, days: Set<Int64>) throws {
    var bytes: [UInt8] = []
    for day in days.sorted() { withUnsafeBytes(of: Int32(clamping: day).littleEndian) { bytes += $0 } }
    try run("UPDATE audit_subject SET is_stale = 0, days = ? WHERE id = ?", [bytes, id])
  }

  func auditPage(_ kind: Int64, day: Int64) throws -> [UInt8]? {
    try one([UInt8].self, "SELECT body FROM audit_page WHERE kind = ? AND day = ?", [kind, day])
  }

  func setAuditPage(_ kind: Int64, day: Int64, _ body: [UInt8]?) throws {
    guard let body else { return try run("DELETE FROM audit_page WHERE kind = ? AND day = ?", [kind, day]) }
    try run(
      """
      INSERT INTO audit_page (kind, day, body) VALUES (?, ?, ?)
      ON CONFLICT (kind, day) DO UPDATE SET body = excluded.body
      """, [kind, day, body])
  }

  func eachAuditPage(
    _ kind: Int64, days: ClosedRange<Int64>, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let rows = try rows(
      "SELECT body FROM audit_page WHERE kind = ? AND day BETWEEN ? AND ? ORDER BY day",
      [kind, days.lowerBound, days.upperBound])
    while let row = try rows.next() { try row.withBytes(0) { try body($0) } }
  }

  func discardAuditPages(_ kind: AuditSubjectKind, pages: [Int64]) throws {
    for page in pages { try run("DELETE FROM audit_page WHERE kind = ?", [page]) }
    try run("DELETE FROM audit_subject WHERE kind = ?", [kind.rawValue])
    try run("DELETE FROM audit_state WHERE kind = ?", [kind.rawValue])
  }

  func insertAsked(order: String, person: String, record: Int64?) throws {
    try run(
      "INSERT INTO book_asked (order_key, person, record) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      [order, person, record])
  }

  func removeAsked(order: String) throws {
    try run("DELETE FROM book_asked WHERE order_key = ?", [order])
  }

  func ordersAsked(of codes: [String], records: [Int64]) throws -> Set<String> {
    var result: Set<String> = []
    func add(_ rows: SQLRows) throws { while let row = try rows.next() { result.insert(row[0]) } }
    for code in codes { try add(rows("SELECT order_key FROM book_asked WHERE person = ?", [code])) }
    for record in records { try add(rows("SELECT order_key FROM book_asked WHERE record = ?", [record])) }
    return result
  }

  func setCorrected(order: String, _ isCorrected: Bool) throws {
    try run(
      isCorrected
        ? "INSERT INTO book_corrected (order_key) VALUES (?) ON CONFLICT DO NOTHING"
        : "DELETE FROM book_corrected WHERE order_key = ?", [order])
  }

  func correctedOrders() throws -> [String] {
    let rows = try rows("SELECT order_key FROM book_corrected ORDER BY order_key", [])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func ordersRetold(after commit: Int64, through last: Int64) throws -> [String] {
    let (old, new) = try (commitRows(after: commit).version, commitRows(after: last).version)
    let rows = try rows(
      """
      WITH told (institution, number) AS (
        SELECT DISTINCT institution, report_number FROM report_version AS own WHERE id > ? AND id <= ? AND (
          EXISTS (
            SELECT 1 FROM report_version WHERE institution = own.institution AND report_number = own.report_number
              AND id <> own.id)
          OR EXISTS (
            SELECT 1 FROM report_identity WHERE institution = own.institution AND identity = own.report_number))
      ), again (institution, number) AS (
        SELECT institution, number FROM told
        UNION SELECT tie.institution, tie.report_number FROM told JOIN report_identity AS tie
          ON tie.institution = told.institution AND tie.identity = told.number
      ), of (record) AS (
        SELECT version.record FROM again JOIN report_version AS version
          ON version.institution = again.institution AND version.report_number = again.number
        UNION SELECT move.record FROM again JOIN report_move AS move
          ON move.institution = again.institution AND move.report_number = again.number
      )
      SELECT order_key FROM book_asked WHERE record IN (SELECT record FROM of)
      UNION SELECT order_key FROM book_asked WHERE person IN (
        SELECT person FROM link WHERE record IN (SELECT record FROM of))
      """, [old, new])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func hasAsked() throws -> Bool { try one(Int64.self, "SELECT 1 FROM book_asked LIMIT 1", []) != nil }

  func tiedNumbers(institution: String, number: String) throws -> [String] {
    guard try hasReportIdentities() else { return [number] }
    var (known, queue): (Set<String>, [String]) = ([number], [number])
    while let next = queue.popLast() {
      // Numbers are tied both ways.
      let rows = try rows(
        "SELECT report_number FROM report_identity WHERE institution = ? AND identity = ?", [institution, next])
      var found: [String] = []
      while let row = try rows.next() { found.append(row[0]) }
      for other in found where !known.contains(other) {
        guard try !versions(institution: institution, number: other).isEmpty else { continue }
        known.insert(other)
        queue.append(other)
      }
    }
    return known.sorted()
  }

  func reportVersions(institution: String, numbers: [String]) throws -> [StoredReportVersion] {
    try numbers.flatMap { try reportVersions(keptUnder: $0, institution: institution) }
  }
}
