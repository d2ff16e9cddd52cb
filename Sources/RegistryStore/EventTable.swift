public import Clinical
import Foundation
internal import GRDB

/// Something that happened, as the chain keeps it.
public struct Event: Hashable, Sendable {
  /// The sender's own id, or one made of what it is about: the same id is the same event.
  public var id: String
  public var kind: String
  public var decisionID: String?
  public var at: Instant
  /// JSON without personal data.
  public var body: String

  public init(id: String, kind: String, decisionID: String?, at: Instant, body: String) {
    self.id = id
    self.kind = kind
    self.decisionID = decisionID
    self.at = at
    self.body = body
  }
}

extension StoreTransaction {
  public func hasEvent(_ id: String) throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM event WHERE event_id = ?", [id]) != nil
  }

  public func lastEventDigest() throws -> [UInt8]? {
    try one([UInt8].self, "SELECT digest FROM event ORDER BY id DESC LIMIT 1", []).map { Array($0) }
  }

  public func insertEvent(_ event: Event, recordedAt: Instant, previous: [UInt8], digest: [UInt8]) throws {
    try run(
      """
      INSERT INTO event (event_id, kind, decision_id, at, recorded_at, body, previous, digest)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.id, event.kind, event.decisionID, event.at.milliseconds, recordedAt.milliseconds, event.body,
        previous,
        digest,
      ])
  }

  /// Every event in the order of the chain: the event, when it was recorded, its predecessor's digest and its own.
  public func eachEvent(_ body: (Event, Instant, [UInt8], [UInt8]) throws -> Void) throws {
    let rows = try rows(
      "SELECT event_id, kind, decision_id, at, body, recorded_at, previous, digest FROM event ORDER BY id", [])
    while let row = try rows.next() {
      let event = Event(
        id: row[0], kind: row[1], decisionID: row[2], at: Instant(milliseconds: row[3]), body: row[4])
      try body(event, Instant(milliseconds: row[5]), row[6], row[7])
    }
  }
}
