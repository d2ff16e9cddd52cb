import Foundation
import Registry
import RegistryStore
import SQLiteStore
import Testing

/// Bytes of the database file changed behind the registry's back, one at a time.
@Suite("A byte changed in the file")
struct ChangedByteTests {
  @Test("in any column of any event, or in its words, it is found at that event")
  func columns() async throws {
    let file = try await File()
    defer { file.remove() }
    for (place, event) in file.events.enumerated() {
      for (column, range) in try file.columns(of: event) {
        for offset in Set([range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound - 1]) {
          for mask in [0x01, 0x80] as [UInt8] {
            let found = try file.difference(at: offset, mask)
            #expect(
              found == place + 1, "event \(place + 1), \(column), byte \(offset - range.lowerBound), mask \(mask)")
          }
        }
      }
    }
  }

  @Test("in the head of an event's row, where numbers, lengths and types stand, it is found")
  func heads() async throws {
    let file = try await File()
    defer { file.remove() }
    for event in file.events {
      let start = try #require(try file.columns(of: event).first).range.lowerBound
      // The last byte says how long a digest is, the first of the row how long it is itself; before the id's own type stands nothing
      // that is read.
      for offset in (start - 14)..<start where !file.isUnread(offset, rowAt: start) {
        #expect(try file.difference(at: offset, 0x01) != nil, "byte \(offset - start)")
      }
    }
  }
}

/// The file of a registry with a few events, and where they lie in it.
private struct File {
  let events: [ChainedEvent]
  private let folder: SmallTown
  private let bytes: Data
  private let path: URL

  init() async throws {
    let town = try SmallTown()
    try await town.report("R1", at: "2025-03-01T08:00:00")
    let decision = try town.decide(
      at: "2025-03-02T08:00:00+08:00", more: #","retestReason":6,"retestReasonText":"asked for""#)
    let other = try town.decide("O2", at: "2025-03-02T08:30:00+08:00")
    try town.feedback(
      town.line("E1", decision, at: "2025-03-02T09:00:00+08:00"),
      town.line(
        "E2", other, "declined", at: "2025-03-02T09:00:00+08:00", more: #","retestReason":6,"text":"a word of its own""#
      ))
    folder = town
    path = town.path.deletingLastPathComponent().appending(path: "changed.sqlite")
    try town.registry.backup(to: path.path)
    bytes = try Data(contentsOf: path)
    events = try SQLiteStore(path: town.path.path).read { transaction in
      var events: [ChainedEvent] = []
      try transaction.eachChainedEvent { events.append($0) }
      return events
    }
  }

  /// Where the columns of an event lie, as SQLite writes them (sqlite.org/fileformat2.html, "Record Format"): after the head, in
  /// order, times in six bytes.
  func columns(of chained: ChainedEvent) throws -> [(name: String, range: Range<Int>)] {
    let event = chained.event
    let words = [event.id, event.kind, event.decisionID ?? ""]
    var offset = try #require(bytes.range(of: Data(words.joined().utf8))).lowerBound
    let parts = zip(["event_id", "kind", "decision_id"], words.map(\.utf8.count))
    var columns: [(name: String, range: Range<Int>)] = []
    for (name, length) in Array(parts) + [
      ("at", 6), ("recorded_at", 6), ("body", event.body.utf8.count), ("previous", 32), ("digest", 32),
    ] {
      columns.append((name, offset..<(offset + length)))
      offset += length
    }
    #expect(bytes[columns[7].range].elementsEqual(chained.digest))
    if chained.hasWords {
      let text = event.kind == "decision" ? "asked for" : "a word of its own"
      let row = try #require(bytes.range(of: Data((event.id + text).utf8)))
      columns.append(("the words' event_id", row.lowerBound..<(row.lowerBound + event.id.utf8.count)))
      columns.append(("the words", (row.lowerBound + event.id.utf8.count)..<row.upperBound))
    }
    return columns
  }

  /// The type of the id within the row, which SQLite does not read: the id is the row's number.
  func isUnread(_ offset: Int, rowAt start: Int) -> Bool { bytes[offset] == 0 && offset < start - 8 }

  /// Which event verification says is not what was recorded; nil when it finds nothing.
  func difference(at offset: Int, _ mask: UInt8) throws -> Int? {
    var changed = bytes
    changed[offset] ^= mask
    for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path.path + end) }
    try changed.write(to: path)
    return try Registry(path: path.path).verifyEvents().firstDifference
  }

  func remove() { try? FileManager.default.removeItem(at: path) }
}
