import Clinical
import Foundation
import RegistryStore

extension StoredBookEntry {
  private static let columns = """
    order_key, person, day, institution, item, sources, department, clinician, setting, order_reason, is_prompt, \
    is_same_institution, since, until, ordered_at, amount_fen, valid_until, window_hours, claimed_tests, responded_at, \
    is_accepted, reason_number, reason_code, is_patient_told, consultation_fen, scheme, enrolment, payment, reversed_at, \
    deferred_at, record, outcome, causes, source_list
    """
  fileprivate static let select = "SELECT \(columns), id FROM book_entry"
  fileprivate static let insert = """
    INSERT INTO book_entry (\(columns), is_stale)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """

  fileprivate var values: [any SQLBindable] {
    [
      order, person, day, institution, item, sources, department, clinician, setting, orderReason, isPrompt ? 1 : 0,
      isSameInstitution ? 1 : 0, since.milliseconds, until?.milliseconds, orderedAt.milliseconds, amountFen,
      validUntil?.milliseconds, windowHours, claimedTests, respondedAt?.milliseconds, isAccepted ? 1 : 0, reasonNumber,
      reasonCode, isPatientTold ? 1 : 0, consultationFen, scheme, enrolment, payment, reversedAt?.milliseconds,
      deferredAt?.milliseconds, record, outcome, causes, sourceList,
    ]
  }

  fileprivate init(_ row: SQLRow) {
    func instant(_ column: Int32) -> Instant? { (row[column] as Int64?).map { Instant(milliseconds: $0) } }
    self.init(
      order: row[0], person: row[1], institution: row[3], item: row[4], setting: row[8], outcome: row[31],
      since: Instant(milliseconds: row[12]), orderedAt: Instant(milliseconds: row[14]), claimedTests: row[18])
    day = row[2]
    sources = row[5]
    department = row[6]
    clinician = row[7]
    orderReason = row[9]
    isPrompt = row[10]
    isSameInstitution = row[11]
    until = instant(13)
    amountFen = row[15]
    validUntil = instant(16)
    windowHours = row[17]
    respondedAt = instant(19)
    isAccepted = row[20]
    reasonNumber = row[21]
    reasonCode = row[22]
    isPatientTold = row[23]
    consultationFen = row[24]
    scheme = row[25]
    enrolment = row[26]
    payment = row[27]
    reversedAt = instant(28)
    deferredAt = instant(29)
    record = row[30]
    causes = row[32]
    sourceList = row[33]
    id = row[34]
  }
}

extension SQLiteTransaction {
  func replaceBookEntries(order: String, by entries: [StoredBookEntry]) throws {
    var days = Set(entries.map(\.day))
    let rows = try rows("SELECT day FROM book_entry WHERE order_key = ?", [order])
    while let row = try rows.next() { days.insert(row[0]) }
    try run("DELETE FROM book_entry WHERE order_key = ?", [order])
    for entry in entries {
      try run(SQLText(StoredBookEntry.insert), entry.values + [entry.isAccepted ? 1 : 0])
    }
    for day in days { try markBookPage(day) }
  }

  func staleBookEntries(person: String) throws -> [StoredBookEntry] {
    try bookEntries("WHERE person = ? AND is_stale = 1", [person])
  }

  func bookEntries(day: Int64) throws -> [StoredBookEntry] { try bookEntries("WHERE day = ?", [day]) }

  private func bookEntries(_ condition: String, _ arguments: [any SQLBindable]) throws -> [StoredBookEntry] {
    let rows = try rows(SQLText(StoredBookEntry.select + " " + condition + " ORDER BY id"), arguments)
    var result: [StoredBookEntry] = []
    while let row = try rows.next() { result.append(StoredBookEntry(row)) }
    return result
  }

  func setFate(of entry: StoredBookEntry, reversedAt: Instant?, deferredAt: Instant?) throws {
    if reversedAt == entry.reversedAt, deferredAt == entry.deferredAt {
      return try run("UPDATE book_entry SET is_stale = 0 WHERE id = ?", [entry.id])
    }
    try run(
      "UPDATE book_entry SET is_stale = 0, reversed_at = ?, deferred_at = ? WHERE id = ?",
      [reversedAt?.milliseconds, deferredAt?.milliseconds, entry.id])
    try markBookPage(entry.day)
  }

  func stalePersons(limit: Int) throws -> [String] {
    let rows = try rows("SELECT DISTINCT person FROM book_entry WHERE is_stale = 1 LIMIT ?", [limit])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func markAllBooks() throws {
    try run("UPDATE book_entry SET is_stale = 1 WHERE is_accepted = 1 AND is_stale = 0", [])
    try run("UPDATE book_page SET is_stale = 1 WHERE is_stale = 0", [])
  }

  func markTouchedBooks(after commit: Int64, through last: Int64) throws {
    let (old, new) = try (commitRows(after: commit), commitRows(after: last))
    try run(
      """
      WITH RECURSIVE touched (person) AS (
        SELECT person FROM link WHERE record IN (SELECT record FROM report_version WHERE id > ? AND id <= ?)
        UNION SELECT person FROM link WHERE record IN (SELECT record FROM report_move WHERE stored IN (
          SELECT record FROM report_version WHERE id > ? AND id <= ?))
        UNION SELECT person FROM link WHERE record IN (SELECT record FROM link WHERE id > ? AND id <= ?)
        UNION SELECT person FROM redirect WHERE id > ? AND id <= ?
        UNION SELECT redirect.person FROM redirect JOIN touched ON redirect.target = touched.person
      )
      UPDATE book_entry SET is_stale = 1
      WHERE is_accepted = 1 AND is_stale = 0 AND (person IN (SELECT person FROM touched)
        OR record IN (SELECT record FROM link WHERE person IN (SELECT person FROM touched)))
      """,
      [old.version, new.version, old.version, new.version, old.link, new.link, old.redirect, new.redirect])
  }

  func markDisputedBooks(after commit: Int64, through last: Int64) throws {
    let (event, last) = try (commitRows(after: commit).event, commitRows(after: last).event)
    guard try hasDisputes(),
      try one(
        Int64.self, "SELECT 1 FROM event WHERE id > ? AND id <= ? AND kind = 'person' LIMIT 1", [event, last]) != nil
    else { return }
    try run(
      """
      WITH RECURSIVE named (institution, number) AS (
        SELECT institution, report_number FROM dispute
        UNION SELECT tie.institution, tie.report_number FROM named JOIN report_identity AS tie
          ON tie.institution = named.institution AND tie.identity = named.number
      ), touched (person) AS (
        SELECT person FROM link WHERE record IN (
          SELECT record FROM named JOIN report_version AS version
            ON version.institution = named.institution AND version.report_number = named.number
          UNION SELECT move.record FROM named JOIN report_move AS move
            ON move.institution = named.institution AND move.report_number = named.number)
        UNION SELECT redirect.person FROM redirect JOIN touched ON redirect.target = touched.person
      )
      UPDATE book_entry SET is_stale = 1
      WHERE is_accepted = 1 AND is_stale = 0 AND (person IN (SELECT person FROM touched)
        OR record IN (SELECT record FROM link WHERE person IN (SELECT person FROM touched)))
      """, [])
  }

  func touchedOrders(after commit: Int64, through last: Int64) throws -> [String] {
    let (event, last) = try (commitRows(after: commit).event, commitRows(after: last).event)
    let rows = try rows(
      """
      SELECT DISTINCT asked.event_id, asked.decision_id
      FROM event JOIN event AS asked ON asked.decision_id = event.decision_id AND asked.kind = 'decision'
      WHERE event.id > ? AND event.id <= ?
      """, [event, last])
    var result: Set<String> = []
    while let row = try rows.next() {
      // Not by SQL: a text with a NUL in it is shorter there than it is.
      let (id, decision): (String, String) = (row[0], row[1])
      result.insert(String(decoding: id.utf8.dropLast(decision.utf8.count), as: UTF8.self))
    }
    return result.sorted()
  }

  func events(orderPrefix prefix: String) throws -> [StoredEventBody] {
    try eventBodies(
      """
      SELECT id, event_id, kind, CAST(body AS BLOB) FROM event WHERE decision_id IN
        (SELECT decision_id FROM event WHERE event_id >= ? AND event_id < ? AND kind = 'decision')
      ORDER BY id
      """, [prefix, prefix + "\u{10FFFF}"])
  }

  func waitingEvents(after commit: Int64, through last: Int64) throws -> [StoredEventBody] {
    let (event, last) = try (commitRows(after: commit).event, commitRows(after: last).event)
    return try eventBodies(
      """
      SELECT id, event_id, kind, CAST(body AS BLOB) FROM event
      WHERE id > ? AND id <= ? AND decision_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM event AS asked WHERE asked.decision_id = event.decision_id AND asked.kind = 'decision')
      ORDER BY id
      """, [event, last])
  }

  func insertUnreadable(_ event: StoredEventBody) throws {
    try run("INSERT OR IGNORE INTO book_unreadable (id, event_id) VALUES (?, ?)", [event.place, event.id])
  }

  func unreadableEvents() throws -> [String] {
    let rows = try rows("SELECT event_id FROM book_unreadable ORDER BY id", [])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }
}
