import Clinical
import RegistryStore

enum EvidenceSchema {
  static let sql = """
    -- What decided beside its bytes how a message was read (`huren check --derive`); null in what came before.
    ALTER TABLE message ADD COLUMN prologue BLOB;
    ALTER TABLE message ADD COLUMN feed_of TEXT;
    ALTER TABLE message ADD COLUMN reference INTEGER;
    -- Files that could not be read lie in quarantine without a body.
    CREATE INDEX quarantine_file ON quarantine (feed) WHERE frame = 'file';
    """
}

extension SQLiteTransaction {
  func eachMessageEvidence(
    _ body: (MessageEvidence, [EvidencedVersion], [EvidencedIdentity]) throws -> Void
  ) throws {
    let messages = try rows(
      """
      SELECT message.id, institution, sender, message_id, message_time, content, dialect, label, line, recorded_at, body,
        prologue, feed_of, reference FROM message JOIN feed ON feed.id = feed ORDER BY message.id
      """, [])
    // The numbers alone are put in order, and what lies under them is read when it is its turn.
    var versions = PlacesOfMessages(try rows("SELECT message, id FROM report_version ORDER BY message, id", []))
    var identities = PlacesOfMessages(try rows("SELECT message, id FROM record_identity ORDER BY message, id", []))
    defer { for places in [versions, identities] { places.rows.close() } }
    while let row = try messages.next() {
      let id: Int64 = row[0]
      let message = MessageEvidence(
        id: id, institution: row[1], sender: row[2], messageID: row[3], messageTime: Instant(milliseconds: row[4]),
        content: row[5], dialect: row[6], label: row[7], line: row[8], recordedAt: Instant(milliseconds: row[9]),
        body: row[10],
        reading: MessageReading(prologue: row[11], feedOf: row[12], generation: row[13]))
      try body(
        message, try versions.next(of: id).compactMap(version), try identities.next(of: id).compactMap(identity))
    }
  }

  private func version(_ id: Int64) throws -> EvidencedVersion? {
    try first(
      """
      SELECT record, institution, report_number, message_time, recorded_at, content, body FROM report_version WHERE id = ?
      """, [id]
    ) { row in
      EvidencedVersion(
        record: row[0], institution: row[1], number: row[2], messageTime: Instant(milliseconds: row[3]),
        recordedAt: Instant(milliseconds: row[4]), content: row[5], packed: row[6])
    }
  }

  private func identity(_ id: Int64) throws -> EvidencedIdentity? {
    try first("SELECT record, digest FROM record_identity WHERE id = ?", [id]) {
      EvidencedIdentity(record: $0[0], digest: $0[1])
    }
  }

  func hasSaid(record: Int64, digest: [UInt8], by moment: Instant) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM record_identity WHERE record = ? AND digest = ? AND recorded_at <= ?",
      [record, digest, moment.milliseconds]) != nil
  }

  func isReportIdentity(institution: String, _ identity: String, number: String) throws -> Bool {
    try one(
      Int64.self, "SELECT 1 FROM report_identity WHERE institution = ? AND identity = ? AND report_number = ?",
      [institution, identity, number]) != nil
  }

  func firstMessage(record: Int64) throws -> Int64? {
    try one(Int64.self, "SELECT min(message) FROM record_identity WHERE record = ?", [record])
  }

  func linksWithoutEvent() throws -> [Int64] {
    let rows = try rows(
      """
      SELECT link.record FROM link_event JOIN link ON link.id = link_event.link
      WHERE NOT EXISTS (SELECT 1 FROM event WHERE event_id = link_event.event) ORDER BY link.id LIMIT 1000
      """, [])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }
}

/// Numbers of rows, by their messages.
private struct PlacesOfMessages {
  let rows: SQLRows
  private var ahead: (message: Int64, id: Int64)?
  /// SQLite would begin anew with a statement that is done.
  private var isAtEnd = false

  init(_ rows: SQLRows) { self.rows = rows }

  /// Those of a message; messages are asked for in their order.
  mutating func next(of message: Int64) throws -> [Int64] {
    var found: [Int64] = []
    while true {
      if ahead == nil, !isAtEnd {
        let row = try rows.next()
        ahead = row.map { ($0[0], $0[1]) }
        isAtEnd = row == nil
      }
      guard let next = ahead, next.message <= message else { return found }
      if next.message == message { found.append(next.id) }
      ahead = nil
    }
  }
}
