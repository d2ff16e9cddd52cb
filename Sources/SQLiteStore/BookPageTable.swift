import Clinical
import RegistryStore

extension SQLiteTransaction {
  func bookState() throws -> BookState? {
    try first("SELECT followed, reference, zone FROM book_state", []) { row in
      var state = BookState()
      (state.followed, state.reference, state.zone) = (row[0], row[1], row[2])
      return state
    }
  }

  func setBookState(_ state: BookState) throws {
    try run(
      "INSERT OR REPLACE INTO book_state (id, followed, reference, zone) VALUES (1, ?, ?, ?)",
      [state.followed, state.reference, state.zone])
  }

  func hasStaleBooks() throws -> Bool {
    let claim = try one(Int64.self, "SELECT 1 FROM book_entry WHERE is_stale = 1 LIMIT 1", [])
    return try claim != nil || !staleBookPages(limit: 1).isEmpty
  }

  func hasBookEntries() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM book_entry LIMIT 1", []) != nil
  }

  func discardBooks() throws {
    let tables = [
      "book_entry", "book_asked", "book_corrected", "book_page", "book_part", "book_state", "book_unreadable",
    ]
    for table in tables {
      try run(SQLText("DELETE FROM \(table)"), [])
    }
  }

  func markBookPage(_ day: Int64) throws {
    try run(
      """
      INSERT INTO book_page
        (day, is_stale, first_ordered, last_ordered, first_accepted, last_accepted, since, settled_at, sums)
      VALUES (?, 1, 0, 0, 0, 0, 0, 0, x'') ON CONFLICT (day) DO UPDATE SET is_stale = 1
      """, [day])
  }

  func staleBookPages(limit: Int) throws -> [Int64] {
    let rows = try rows("SELECT day FROM book_page WHERE is_stale = 1 LIMIT ?", [limit])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  func setBookPage(
    _ head: BookPageHead, sums: [UInt8], times: [UInt8], words: [UInt8], questions: [UInt8]
  ) throws {
    try run(
      """
      INSERT OR REPLACE INTO book_page
        (day, is_stale, first_ordered, last_ordered, first_accepted, last_accepted, since, settled_at, sums)
      VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        head.day, head.firstOrdered.milliseconds, head.lastOrdered.milliseconds, head.firstAccepted.milliseconds,
        head.lastAccepted.milliseconds, head.since.milliseconds, head.settledAt.milliseconds, sums,
      ])
    for (part, body) in [(BookPagePart.times, times), (.words, words), (.questions, questions)] {
      try run(
        "INSERT OR REPLACE INTO book_part (id, body) VALUES (?, ?)",
        [head.day * BookPagePart.each + part.rawValue, body])
    }
  }

  func removeBookPage(_ day: Int64) throws {
    try run("DELETE FROM book_page WHERE day = ?", [day])
    let first = day * BookPagePart.each
    try run("DELETE FROM book_part WHERE id >= ? AND id < ?", [first, first + BookPagePart.each])
  }

  func eachBookPage(_ body: (BookPageHead, UnsafeRawBufferPointer) throws -> Void) throws {
    let rows = try rows(
      """
      SELECT day, first_ordered, last_ordered, first_accepted, last_accepted, since, settled_at, sums
      FROM book_page ORDER BY day
      """, [])
    func instant(_ row: SQLRow, _ column: Int32) -> Instant { Instant(milliseconds: row[column]) }
    while let row = try rows.next() {
      let head = BookPageHead(
        day: row[0], ordered: instant(row, 1)...max(instant(row, 1), instant(row, 2)),
        accepted: instant(row, 3)...max(instant(row, 3), instant(row, 4)), since: instant(row, 5),
        settledAt: instant(row, 6))
      try row.withBytes(7) { try body(head, $0) }
    }
  }

  func bookPart(_ part: BookPagePart, day: Int64) throws -> [UInt8] {
    try one([UInt8].self, "SELECT body FROM book_part WHERE id = ?", [day * BookPagePart.each + part.rawValue]) ?? []
  }

  func bookWord(_ text: String) throws -> Int64 {
    if let id = try one(Int64.self, "SELECT id FROM book_word WHERE text = ?", [text]) { return id }
    try run("INSERT INTO book_word (text) VALUES (?)", [text])
    return lastID
  }

  func bookWord(_ id: Int64) throws -> String? {
    try one(String.self, "SELECT text FROM book_word WHERE id = ?", [id])
  }
}
