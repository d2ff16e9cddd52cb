public import Clinical

extension StoreTransaction {
  /// Keeps the normalised form of a record, in place of an earlier one.
  ///
  /// - Returns: its place in the order of keeping.
  public func insertSignature(record: Int64, body: [UInt8]) throws -> Int64 {
    try run("INSERT INTO match_signature (record, body) VALUES (?, ?)", [record, body])
    return lastID
  }

  /// The normalised forms kept after a place, in the order of keeping: what an index in memory has not seen yet.
  public func eachSignature(
    after place: Int64, _ body: (_ place: Int64, _ record: Int64, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let rows = try rows("SELECT id, record, body FROM match_signature WHERE id > ? ORDER BY id", [place])
    while let row = try rows.next() {
      try row.withBytes(2) { try body(row[0], row[1], $0) }
    }
  }

  /// The place of the last that was kept; 0 when none was.
  public func lastSignaturePlace() throws -> Int64 {
    try one(Int64.self, "SELECT id FROM match_signature ORDER BY id DESC LIMIT 1", []) ?? 0
  }

  /// The normalised form kept at a place.
  public func signature(at place: Int64) throws -> (record: Int64, body: [UInt8])? {
    try first("SELECT record, body FROM match_signature WHERE id = ?", [place]) { (record: $0[0], body: $0[1]) }
  }

  /// What the index counts with, as known at a moment; nil when nothing was kept by then.
  public func personModel(knownAt: Instant? = nil) throws -> (version: String, body: [UInt8])? {
    try first(
      "SELECT version, body FROM person_model WHERE recorded_at <= ? ORDER BY id DESC LIMIT 1",
      [knownAt?.milliseconds ?? .max]
    ) { (version: $0[0], body: try $0.withBytes(1) { (bytes) throws(StoreError) in try Compressor.expand(bytes) }) }
  }

  /// The newest model of a version.
  public func personModel(version: String) throws -> [UInt8]? {
    try first("SELECT body FROM person_model WHERE version = ? ORDER BY id DESC LIMIT 1", [version]) {
      try $0.withBytes(0) { (bytes) throws(StoreError) in try Compressor.expand(bytes) }
    }
  }

  /// Every model that ever held, the oldest first.
  public func personModels() throws -> [(version: String, recordedAt: Instant)] {
    let rows = try rows("SELECT version, recorded_at FROM person_model ORDER BY id", [])
    var result: [(version: String, recordedAt: Instant)] = []
    while let row = try rows.next() { result.append((row[0], Instant(milliseconds: row[1]))) }
    return result
  }

  public func insertPersonModel(version: String, body: [UInt8], recordedAt: Instant) throws {
    try run(
      "INSERT INTO person_model (version, recorded_at, body) VALUES (?, ?, ?)",
      [version, recordedAt.milliseconds, Compressor().compress(body)])
  }
}
