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
  package static let each: Int64 = 4
}

/// What a snapshot tells of the pages of the books.
public protocol BookPagesReading {
  /// nil before the books were kept for the first time.
  func bookState() throws -> BookState?

  /// Whether claims are still to be looked at or pages to be made.
  func hasStaleBooks() throws -> Bool

  /// Whether the books hold anything.
  func hasBookEntries() throws -> Bool

  /// Days whose pages are to be made.
  func staleBookPages(limit: Int) throws -> [Int64]

  /// Every page with its sums, by day.
  func eachBookPage(_ body: (BookPageHead, UnsafeRawBufferPointer) throws -> Void) throws

  /// A part of a day's page; empty where there is none.
  func bookPart(_ part: BookPagePart, day: Int64) throws -> [UInt8]

  /// What a number of the pages stands for; nil where it stands for nothing.
  func bookWord(_ id: Int64) throws -> String?
}

/// What a writer does to the pages of the books.
public protocol BookPagesWriting {
  /// Keeps how far the books have followed.
  func setBookState(_ state: BookState) throws

  /// Forgets the books: they are made again from what is recorded. Words stay: pages of audits are told with them, too.
  func discardBooks() throws

  /// Puts a day's page in its place.
  func setBookPage(
    _ head: BookPageHead, sums: [UInt8], times: [UInt8], words: [UInt8], questions: [UInt8]
  ) throws

  /// Of a day without entries.
  func removeBookPage(_ day: Int64) throws

  /// The number that stands for a word in the pages.
  func bookWord(_ text: String) throws -> Int64
}
