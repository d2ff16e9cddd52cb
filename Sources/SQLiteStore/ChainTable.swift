import Clinical
import GRDB
import RegistryStore

extension SQLiteTransaction {
  func eachChainedEvent(_ body: (ChainedEvent) throws -> Void) throws {
    let rows = try rows(
      """
      SELECT id, event_id, kind, decision_id, at, body, recorded_at, previous, digest,
        typeof(event_id) || typeof(kind) || ifnull(nullif(typeof(decision_id), 'null'), 'text') || typeof(body)
          || typeof(at) || typeof(recorded_at) || typeof(previous) || typeof(digest) || typeof(algorithm)
          || ifnull((SELECT typeof(text) FROM event_text WHERE event_text.event_id = event.event_id), 'text')
          = 'texttexttexttextintegerintegerblobblobtexttext',
        EXISTS (SELECT 1 FROM event_text WHERE event_text.event_id = event.event_id),
        algorithm
      FROM event ORDER BY id
      """, [])
    while let row = try rows.next() {
      let event = Event(
        id: row[1], kind: row[2], decisionID: row[3], at: Instant(milliseconds: row[4]), body: row[5])
      try body(
        ChainedEvent(
          id: row[0], event: event, recordedAt: Instant(milliseconds: row[6]), previous: row[7], digest: row[8],
          algorithm: row[11], isSound: row[9], hasWords: row[10]))
    }
  }

  func isIndexed(_ chained: ChainedEvent) throws -> Bool {
    let byID = try one(Int64.self, "SELECT id FROM event WHERE event_id = ?", [chained.event.id])
    guard byID == chained.id, let decision = chained.event.decisionID else { return byID == chained.id }
    return try one(
      Int64.self, "SELECT 1 FROM event INDEXED BY event_decision WHERE decision_id = ? AND id = ?",
      [decision, chained.id]) != nil
  }

  func indexedEvents() throws -> Int {
    Int(try one(Int64.self, "SELECT count(*) FROM event INDEXED BY event_decision", []) ?? 0)
  }

  func strayWords() throws -> [String] {
    let rows = try rows(
      "SELECT text FROM event_text WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.event_id = event_text.event_id)",
      [])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }
}
