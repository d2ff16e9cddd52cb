import Clinical
import Foundation
import RegistryStore

extension SQLiteTransaction {
  func eventBody(_ id: String) throws -> String? {
    try one(String.self, "SELECT body FROM event WHERE event_id = ?", [id])
  }

  func events(decision: String) throws -> [(place: Int64, recordedAt: Instant, event: Event)] {
    let rows = try rows(
      "SELECT id, recorded_at, event_id, kind, at, body FROM event WHERE decision_id = ? ORDER BY id", [decision])
    var result: [(place: Int64, recordedAt: Instant, event: Event)] = []
    while let row = try rows.next() {
      let event = Event(
        id: row[2], kind: row[3], decisionID: decision, at: Instant(milliseconds: row[4]), body: row[5])
      result.append((row[0], Instant(milliseconds: row[1]), event))
    }
    return result
  }

  func decisionBody(_ decision: String) throws -> String? {
    try one(
      String.self, "SELECT body FROM event WHERE decision_id = ? AND kind = 'decision' ORDER BY id LIMIT 1", [decision])
  }

  func decisionBodies(idPrefix prefix: String) throws -> [String] {
    let rows = try rows(
      "SELECT body FROM event WHERE decision_id >= ? AND decision_id < ? AND kind = 'decision' ORDER BY id",
      [prefix, prefix + "\u{10FFFF}"])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func event(_ id: String) throws -> (place: Int64, recordedAt: Instant, event: Event)? {
    try first("SELECT id, recorded_at, kind, decision_id, at, body FROM event WHERE event_id = ?", [id]) { row in
      let event = Event(
        id: id, kind: row[2], decisionID: row[3], at: Instant(milliseconds: row[4]), body: row[5])
      return (row[0], Instant(milliseconds: row[1]), event)
    }
  }

  func events(kind: String) throws -> [Event] {
    let rows = try rows("SELECT event_id, decision_id, at, body FROM event WHERE kind = ? ORDER BY id", [kind])
    var result: [Event] = []
    while let row = try rows.next() {
      result.append(
        Event(id: row[0], kind: kind, decisionID: row[1], at: Instant(milliseconds: row[2]), body: row[3]))
    }
    return result
  }

  func eventBodies(idPrefix prefix: String) throws -> [String] {
    let rows = try rows(
      "SELECT body FROM event WHERE event_id >= ? AND event_id < ? ORDER BY id", [prefix, prefix + "\u{10FFFF}"])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func insertEventText(_ event: String, text: String) throws {
    try run("INSERT INTO event_text (event_id, text) VALUES (?, ?) ON CONFLICT DO NOTHING", [event, text])
  }

  func digestKey() throws -> [UInt8] {
    if let known = digestKeyRead { return known }
    guard let key = try one([UInt8].self, "SELECT key FROM digest_key", []), key.count == 32 else {
      throw StoreError.damaged("the key of digests is not there")
    }
    digestKeyRead = key
    return key
  }

  func lastEventDigest() throws -> [UInt8]? {
    try one([UInt8].self, "SELECT digest FROM event ORDER BY id DESC LIMIT 1", [])
  }

  func chainHead(knownAt: Instant?) throws -> (events: Int, digest: [UInt8]) {
    let none = (events: 0, digest: [UInt8](repeating: 0, count: 32))
    return try first(
      "SELECT count(*) OVER (), digest FROM event WHERE recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [knownAt?.milliseconds ?? .max]
    ) { (events: $0[0], digest: $0[1]) } ?? none
  }

  func insertEvent(_ event: Event, recordedAt: Instant, previous: [UInt8], digest: [UInt8]) throws {
    try run(
      """
      INSERT INTO event (event_id, kind, decision_id, at, recorded_at, body, previous, digest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.id, event.kind, event.decisionID, event.at.milliseconds, recordedAt.milliseconds, event.body,
        previous, digest,
      ])
  }

  func events(aboutPersons codes: [String]) throws -> [(place: Int64, recordedAt: Instant, event: Event)] {
    let rows = try rows(
      """
      SELECT id, recorded_at, event_id, kind, decision_id, at, body FROM event WHERE id IN
        (SELECT event FROM event_person JOIN json_each(?) ON person = json_each.value) ORDER BY id
      """, ["[" + codes.map(JSONString.quoted).joined(separator: ",") + "]"])
    var result: [(place: Int64, recordedAt: Instant, event: Event)] = []
    while let row = try rows.next() {
      let event = Event(
        id: row[2], kind: row[3], decisionID: row[4], at: Instant(milliseconds: row[5]), body: row[6])
      result.append((row[0], Instant(milliseconds: row[1]), event))
    }
    return result
  }

  func isIndexed(place: Int64, person: String) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM event_person WHERE person = ? AND event = ?", [person, place]) != nil
  }

  func indexLastEvent(person: String) throws {
    try run("INSERT INTO event_person (person, event) SELECT ?, max(id) FROM event", [person])
  }

  func eventText(_ event: String) throws -> String? {
    try one(String.self, "SELECT text FROM event_text WHERE event_id = ?", [event])
  }

  func eachEventBody(knownAt: Instant?, _ body: (StoredEventBody) throws -> Void) throws {
    let rows = try rows(
      """
      SELECT id, event_id, kind, CAST(body AS BLOB) FROM event
      WHERE recorded_at <= ? AND +decision_id IS NOT NULL ORDER BY id
      """, [knownAt?.milliseconds ?? .max])
    while let row = try rows.next() { try body(StoredEventBody(row)) }
  }

  func eventBodies(_ sql: SQLText, _ arguments: [any SQLBindable]) throws -> [StoredEventBody] {
    let rows = try rows(sql, arguments)
    var result: [StoredEventBody] = []
    while let row = try rows.next() { result.append(StoredEventBody(row)) }
    return result
  }
}

extension StoredEventBody {
  fileprivate init(_ row: SQLRow) {
    self.init(place: row[0], id: row[1], kind: row[2], body: row.withBytes(3) { Data($0) })
  }
}
