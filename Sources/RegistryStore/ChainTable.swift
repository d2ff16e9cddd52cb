public import Clinical
internal import GRDB

/// An event as it lies in the chain.
public struct ChainedEvent: Sendable {
  /// Its number, from 1.
  public var id: Int64
  public var event: Event
  public var recordedAt: Instant
  /// The digest of the one before it.
  public var previous: [UInt8]
  public var digest: [UInt8]
  /// Whether every column is of the type that it was written as: a column read as another type may look the same.
  public var isSound: Bool
  /// Whether words lie beside it.
  public var hasWords: Bool
}

extension StoreTransaction {
  /// Every event in the order of the chain.
  public func eachChainedEvent(_ body: (ChainedEvent) throws -> Void) throws {
    let rows = try rows(
      """
      SELECT id, event_id, kind, decision_id, at, body, recorded_at, previous, digest,
        typeof(event_id) || typeof(kind) || ifnull(nullif(typeof(decision_id), 'null'), 'text') || typeof(body)
          || typeof(at) || typeof(recorded_at) || typeof(previous) || typeof(digest)
          || ifnull((SELECT typeof(text) FROM event_text WHERE event_text.event_id = event.event_id), 'text')
          = 'texttexttexttextintegerintegerblobblobtext',
        EXISTS (SELECT 1 FROM event_text WHERE event_text.event_id = event.event_id)
      FROM event ORDER BY id
      """, [])
    while let row = try rows.next() {
      let event = Event(
        id: row[1], kind: row[2], decisionID: row[3], at: Instant(milliseconds: row[4]), body: row[5])
      try body(
        ChainedEvent(
          id: row[0], event: event, recordedAt: Instant(milliseconds: row[6]), previous: row[7], digest: row[8],
          isSound: row[9], hasWords: row[10]))
    }
  }

  /// Whether an event is found by its id, and among those about its decision.
  public func isIndexed(_ chained: ChainedEvent) throws -> Bool {
    let byID = try one(Int64.self, "SELECT id FROM event WHERE event_id = ?", [chained.event.id])
    guard byID == chained.id, let decision = chained.event.decisionID else { return byID == chained.id }
    return try one(
      Int64.self, "SELECT 1 FROM event INDEXED BY event_decision WHERE decision_id = ? AND id = ?",
      [decision, chained.id]) != nil
  }

  /// How many events an index has: a table that was cut leaves its indexes behind.
  public func indexedEvents() throws -> Int {
    Int(try one(Int64.self, "SELECT count(*) FROM event INDEXED BY event_decision", []) ?? 0)
  }

  /// Words beside the chain that belong to no event.
  public func strayWords() throws -> [String] {
    let rows = try rows(
      "SELECT text FROM event_text WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.event_id = event_text.event_id)",
      [])
    var result: [String] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }
}
