public import Clinical
import Foundation

/// A row of `book_entry`: a stretch of a prompt's life as the books need it. Derived from the events and the results; words as the
/// events have them.
public struct StoredBookEntry: Sendable {
  /// Given by the store.
  public var id: Int64 = 0
  /// What the ids of its order's decisions begin with.
  public var order: String
  /// The code that the decision names.
  public var person: String
  /// The source record that it was asked for; nil where earlier versions did not keep it.
  public var record: Int64?
  /// Days since 1970-01-01 in UTC of the order's time.
  public var day: Int64
  public var institution: String
  public var item: String
  /// The institutions whose results stood in.
  public var sources: String?
  public var department: String?
  public var clinician: String?
  public var setting: String
  public var orderReason: Int64?
  /// What was decided of it.
  public var outcome: String
  /// JSON: how many candidates failed each check; empty for none.
  public var causes = ""
  /// JSON: the institutions whose results stood in, each once; empty for none.
  public var sourceList = ""
  public var isPrompt: Bool
  public var isSameInstitution: Bool
  public var since: Instant
  public var until: Instant?
  public var orderedAt: Instant
  public var amountFen: Int64?
  public var validUntil: Instant?
  /// The longest window of the results that stood in.
  public var windowHours: Int64
  /// JSON: the tests of which a later result reverses the claim.
  public var claimedTests: String
  public var respondedAt: Instant?
  public var isAccepted: Bool
  /// Why it was declined: as a number, or as the institution's own code.
  public var reasonNumber: Int64?
  public var reasonCode: String?
  public var isPatientTold: Bool
  public var consultationFen: Int64
  public var scheme: String?
  public var enrolment: String?
  public var payment: String?
  public var reversedAt: Instant?
  public var deferredAt: Instant?

  public init(
    order: String, person: String, institution: String, item: String, setting: String, outcome: String,
    since: Instant, orderedAt: Instant, claimedTests: String
  ) {
    self.outcome = outcome
    self.order = order
    self.person = person
    self.institution = institution
    self.item = item
    self.setting = setting
    self.since = since
    self.orderedAt = orderedAt
    self.claimedTests = claimedTests
    day = Int64((Double(orderedAt.milliseconds) / 86_400_000).rounded(.down))
    isPrompt = false
    isSameInstitution = false
    windowHours = 0
    isAccepted = false
    isPatientTold = false
    consultationFen = 0
  }

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

extension StoreTransaction {
  /// Puts an order's entries in place of those it had. Claims are to be looked at, and the days' pages to be made anew.
  public func replaceBookEntries(order: String, by entries: [StoredBookEntry]) throws {
    var days = Set(entries.map(\.day))
    let rows = try rows("SELECT day FROM book_entry WHERE order_key = ?", [order])
    while let row = try rows.next() { days.insert(row[0]) }
    try run("DELETE FROM book_entry WHERE order_key = ?", [order])
    for entry in entries {
      try run(SQLText(StoredBookEntry.insert), entry.values + [entry.isAccepted ? 1 : 0])
    }
    for day in days { try markBookPage(day) }
  }

  /// The claims about a person that are to be looked at.
  public func staleBookEntries(person: String) throws -> [StoredBookEntry] {
    try bookEntries("WHERE person = ? AND is_stale = 1", [person])
  }

  /// All entries of a day's page.
  public func bookEntries(day: Int64) throws -> [StoredBookEntry] { try bookEntries("WHERE day = ?", [day]) }

  private func bookEntries(_ condition: String, _ arguments: [any SQLBindable]) throws -> [StoredBookEntry] {
    let rows = try rows(SQLText(StoredBookEntry.select + " " + condition + " ORDER BY id"), arguments)
    var result: [StoredBookEntry] = []
    while let row = try rows.next() { result.append(StoredBookEntry(row)) }
    return result
  }

  /// What later results did to a claim that was looked at.
  public func setFate(of entry: StoredBookEntry, reversedAt: Instant?, deferredAt: Instant?) throws {
    if reversedAt == entry.reversedAt, deferredAt == entry.deferredAt {
      return try run("UPDATE book_entry SET is_stale = 0 WHERE id = ?", [entry.id])
    }
    try run(
      "UPDATE book_entry SET is_stale = 0, reversed_at = ?, deferred_at = ? WHERE id = ?",
      [reversedAt?.milliseconds, deferredAt?.milliseconds, entry.id])
    try markBookPage(entry.day)
  }

  /// Persons with claims to be looked at, as the decisions name them.
  public func stalePersons(limit: Int) throws -> [String] {
    let rows = try rows("SELECT DISTINCT person FROM book_entry WHERE is_stale = 1 LIMIT ?", [limit])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  /// Has everything looked at again: other reference data may read it otherwise.
  public func markAllBooks() throws {
    try run("UPDATE book_entry SET is_stale = 1 WHERE is_accepted = 1 AND is_stale = 0", [])
    try run("UPDATE book_page SET is_stale = 1 WHERE is_stale = 0", [])
  }

  /// Has those claims looked at again whose person was told something new, or has other records, by the commits after one up to another.
  ///
  /// A record's person, and the person a code stands for, are taken from all links and redirects there ever were: more than needed,
  /// never less.
  public func markTouchedBooks(after commit: Int64, through last: Int64) throws {
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

  /// Has those claims looked at again whose person a report in dispute is of, now or once, when the events of the commits after one, up
  /// to another, say anything of who is who: a dispute that begins or is settled is such an event.
  public func markDisputedBooks(after commit: Int64, through last: Int64) throws {
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

  /// Which orders the events of the commits after one, up to another, are about, as the ids of their decisions begin.
  public func touchedOrders(after commit: Int64, through last: Int64) throws -> [String] {
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

  /// The decisions whose ids begin so, and the events about them, in the order of the chain.
  public func events(orderPrefix prefix: String) throws -> [StoredEventBody] {
    try eventBodies(
      """
      SELECT id, event_id, kind, CAST(body AS BLOB) FROM event WHERE decision_id IN
        (SELECT decision_id FROM event WHERE event_id >= ? AND event_id < ? AND kind = 'decision')
      ORDER BY id
      """, [prefix, prefix + "\u{10FFFF}"])
  }

  /// The events of the commits after one, up to another, about decisions that are not recorded.
  public func waitingEvents(after commit: Int64, through last: Int64) throws -> [StoredEventBody] {
    let (event, last) = try (commitRows(after: commit).event, commitRows(after: last).event)
    return try eventBodies(
      """
      SELECT id, event_id, kind, CAST(body AS BLOB) FROM event
      WHERE id > ? AND id <= ? AND decision_id IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM event AS asked WHERE asked.decision_id = event.decision_id AND asked.kind = 'decision')
      ORDER BY id
      """, [event, last])
  }

  /// Keeps that an event cannot be read.
  public func insertUnreadable(_ event: StoredEventBody) throws {
    try run("INSERT OR IGNORE INTO book_unreadable (id, event_id) VALUES (?, ?)", [event.place, event.id])
  }

  /// The events that the books could not read, in the order of the chain.
  public func unreadableEvents() throws -> [String] {
    let rows = try rows("SELECT event_id FROM book_unreadable ORDER BY id", [])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }
}
