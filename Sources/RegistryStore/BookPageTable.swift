public import Clinical

/// The books' own state.
public struct BookState: Hashable, Sendable {
  /// The number of the last commit that they have followed.
  public var followed: Int64 = 0
  /// Digest of the part of the reference data that they depend on.
  public var reference = ""
  /// The zone that their months are told in.
  public var zone = ""

  public init() {}
}

/// What a page of the books holds in its period: enough to tell whether it has to be read.
public struct BookPageHead: Hashable, Sendable {
  public var day: Int64
  public var firstOrdered: Instant
  public var lastOrdered: Instant
  /// Of claims; without any, both are those of the orders.
  public var firstAccepted: Instant
  public var lastAccepted: Instant
  /// Before it nothing of the page is in the books.
  public var since: Instant
  /// From it on nothing of the page changes by the passing of time.
  public var settledAt: Instant

  public init(
    day: Int64, ordered: ClosedRange<Instant>, accepted: ClosedRange<Instant>, since: Instant, settledAt: Instant
  ) {
    self.day = day
    firstOrdered = ordered.lowerBound
    lastOrdered = ordered.upperBound
    firstAccepted = accepted.lowerBound
    lastAccepted = accepted.upperBound
    self.since = since
    self.settledAt = settledAt
  }
}

/// The parts of a page besides its sums, read only when they are asked for.
public enum BookPagePart: Int64, Sendable {
  case times = 0
  case words = 1
  case questions = 2

  /// The ids of the parts of a day begin here.
  static let each: Int64 = 4
}

extension StoreTransaction {
  /// nil before the books were kept for the first time.
  public func bookState() throws -> BookState? {
    try first("SELECT followed, reference, zone FROM book_state", []) { row in
      var state = BookState()
      (state.followed, state.reference, state.zone) = (row[0], row[1], row[2])
      return state
    }
  }

  public func setBookState(_ state: BookState) throws {
    try run(
      "INSERT OR REPLACE INTO book_state (id, followed, reference, zone) VALUES (1, ?, ?, ?)",
      [state.followed, state.reference, state.zone])
  }

  /// Whether claims are still to be looked at or pages to be made.
  public func hasStaleBooks() throws -> Bool {
    let claim = try one(Int64.self, "SELECT 1 FROM book_entry WHERE is_stale = 1 LIMIT 1", [])
    return try claim != nil || !staleBookPages(limit: 1).isEmpty
  }

  public func hasBookEntries() throws -> Bool {
    try one(Int64.self, "SELECT 1 FROM book_entry LIMIT 1", []) != nil
  }

  /// Forgets the books: they are made again from what is recorded. Words stay: pages of audits are told with them, too.
  public func discardBooks() throws {
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

  /// Days whose pages are to be made.
  public func staleBookPages(limit: Int) throws -> [Int64] {
    let rows = try rows("SELECT day FROM book_page WHERE is_stale = 1 LIMIT ?", [limit])
    var result: [Int64] = []
    while let row = try rows.next() { result.append(row[0]) }
    return result
  }

  /// Puts a day's page in its place.
  public func setBookPage(
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

  /// Of a day without entries.
  public func removeBookPage(_ day: Int64) throws {
    try run("DELETE FROM book_page WHERE day = ?", [day])
    let first = day * BookPagePart.each
    try run("DELETE FROM book_part WHERE id >= ? AND id < ?", [first, first + BookPagePart.each])
  }

  /// Every page with its sums, by day.
  public func eachBookPage(_ body: (BookPageHead, UnsafeRawBufferPointer) throws -> Void) throws {
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

  public func bookPart(_ part: BookPagePart, day: Int64) throws -> [UInt8] {
    try one([UInt8].self, "SELECT body FROM book_part WHERE id = ?", [day * BookPagePart.each + part.rawValue]) ?? []
  }

  /// The number that stands for a word in the pages.
  public func bookWord(_ text: String) throws -> Int64 {
    if let id = try one(Int64.self, "SELECT id FROM book_word WHERE text = ?", [text]) { return id }
    try run("INSERT INTO book_word (text) VALUES (?)", [text])
    return lastID
  }

  public func bookWord(_ id: Int64) throws -> String? {
    try one(String.self, "SELECT text FROM book_word WHERE id = ?", [id])
  }
}
