public import Clinical

/// A stretch of the life of an ordered item as the books need it. Derived from the events and the results; words as the events have
/// them.
public struct StoredBookEntry: Sendable {
  /// Given by the store.
  public var id: Int64 = 0
  /// What the ids of its order's decisions begin with.
  public var order: String
  /// The code that the decision names.
  public var person: String
  /// The source record that it was asked for; nil where earlier versions did not keep it.
  public var record: Int64?
  /// Days since 1970-01-01 in UTC of the order's time.
  public var day: Int64
  public var institution: String
  public var item: String
  /// The institutions whose results stood in.
  public var sources: String?
  public var department: String?
  public var clinician: String?
  public var setting: String
  public var orderReason: Int64?
  /// What was decided of it.
  public var outcome: String
  /// JSON: how many candidates failed each check; empty for none.
  public var causes = ""
  /// JSON: the institutions whose results stood in, each once; empty for none.
  public var sourceList = ""
  public var isPrompt: Bool
  public var isSameInstitution: Bool
  public var since: Instant
  public var until: Instant?
  public var orderedAt: Instant
  public var amountFen: Int64?
  public var validUntil: Instant?
  /// The longest window of the results that stood in.
  public var windowHours: Int64
  /// JSON: the tests of which a later result reverses the claim.
  public var claimedTests: String
  public var respondedAt: Instant?
  public var isAccepted: Bool
  /// Why it was declined: as a number, or as the institution's own code.
  public var reasonNumber: Int64?
  public var reasonCode: String?
  public var isPatientTold: Bool
  public var consultationFen: Int64
  public var scheme: String?
  public var enrolment: String?
  public var payment: String?
  public var reversedAt: Instant?
  public var deferredAt: Instant?

  public init(
    order: String, person: String, institution: String, item: String, setting: String, outcome: String,
    since: Instant, orderedAt: Instant, claimedTests: String
  ) {
    self.outcome = outcome
    self.order = order
    self.person = person
    self.institution = institution
    self.item = item
    self.setting = setting
    self.since = since
    self.orderedAt = orderedAt
    self.claimedTests = claimedTests
    day = Int64((Double(orderedAt.milliseconds) / 86_400_000).rounded(.down))
    isPrompt = false
    isSameInstitution = false
    windowHours = 0
    isAccepted = false
    isPatientTold = false
    consultationFen = 0
  }
}

/// What a snapshot tells of what the books are made of.
public protocol BookEntriesReading {
  /// The claims about a person that are to be looked at.
  func staleBookEntries(person: String) throws -> [StoredBookEntry]

  /// All entries of a day's page.
  func bookEntries(day: Int64) throws -> [StoredBookEntry]

  /// Persons with claims to be looked at, as the decisions name them.
  func stalePersons(limit: Int) throws -> [String]

  /// Which orders the events of the commits after one, up to another, are about, as the ids of their decisions begin.
  func touchedOrders(after commit: Int64, through last: Int64) throws -> [String]

  /// The decisions whose ids begin so, and the events about them, in the order of the chain.
  func events(orderPrefix prefix: String) throws -> [StoredEventBody]

  /// The events of the commits after one, up to another, about decisions that are not recorded.
  func waitingEvents(after commit: Int64, through last: Int64) throws -> [StoredEventBody]

  /// The events that the books could not read, in the order of the chain.
  func unreadableEvents() throws -> [String]
}

/// What a writer does to what the books are made of.
public protocol BookEntriesWriting {
  /// Puts an order's entries in place of those it had. Claims are to be looked at, and the days' pages to be made anew.
  func replaceBookEntries(order: String, by entries: [StoredBookEntry]) throws

  /// What later results did to a claim that was looked at.
  func setFate(of entry: StoredBookEntry, reversedAt: Instant?, deferredAt: Instant?) throws

  /// Has everything looked at again: other reference data may read it otherwise.
  func markAllBooks() throws

  /// Has those claims looked at again whose person was told something new, or has other records, by the commits after one up to another.
  ///
  /// A record's person, and the person a code stands for, are taken from all links and redirects there ever were: more than needed,
  /// never less.
  func markTouchedBooks(after commit: Int64, through last: Int64) throws

  /// Has those claims looked at again whose person a report in dispute is of, now or once, when the events of the commits after one, up
  /// to another, say anything of who is who: a dispute that begins or is settled is such an event.
  func markDisputedBooks(after commit: Int64, through last: Int64) throws

  /// Keeps that an event cannot be read.
  func insertUnreadable(_ event: StoredEventBody) throws
}
