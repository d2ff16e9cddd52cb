/// What pages of audits tell of.
public enum AuditSubjectKind: Int64, Sendable {
  case report = 1
  case person = 2
}

/// One subject, with the pages it has lines in.
public struct AuditSubject: Hashable, Sendable {
  public let id: Int64
  /// Of a report its institution; of a person empty.
  public let scope: String
  /// A report's number; a person's code.
  public let name: String
  /// Days since 1970-01-01 in UTC.
  public let days: [Int64]

  /// As an engine reads it.
  package init(id: Int64, scope: String, name: String, days: [Int64]) {
    self.id = id
    self.scope = scope
    self.name = name
    self.days = days
  }
}

/// How far the pages of a kind of subject have followed what is recorded.
public struct AuditPageState: Hashable, Sendable {
  /// Raised whenever pages or subjects change: what was made of an earlier state is not put in place.
  public var edition: Int64 = 0
  /// The number of the last commit that they have followed.
  public var followed: Int64 = 0
  /// Digest of the part of the reference data that they depend on.
  public var reference = ""

  public init() {}
}

/// What a snapshot tells of the pages of audits.
public protocol AuditPagesReading {
  /// nil before pages were kept for the first time.
  func auditPageState(_ kind: AuditSubjectKind) throws -> AuditPageState?

  /// Subjects to be looked at anew.
  func staleAuditSubjects(_ kind: AuditSubjectKind, limit: Int) throws -> [AuditSubject]

  /// Whether any subject is to be looked at anew.
  func hasStaleAuditSubjects(_ kind: AuditSubjectKind) throws -> Bool

  /// A subject by its name; nil for one of which there are no lines, and never were.
  func auditSubject(_ kind: AuditSubjectKind, scope: String, name: String) throws -> AuditSubject?

  /// A subject by the number that stands for it in pages.
  func auditSubject(_ id: Int64) throws -> AuditSubject?

  /// A page as it was written; nil where there is none.
  func auditPage(_ kind: Int64, day: Int64) throws -> [UInt8]?

  /// The pages of a kind, by day.
  ///
  /// - Parameter days: only those of them.
  func eachAuditPage(
    _ kind: Int64, days: ClosedRange<Int64>, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws

  /// The orders that were ever about a person, by any of their codes or records.
  func ordersAsked(of codes: [String], records: [Int64]) throws -> Set<String>

  /// The orders of which a report that was chosen has other versions than that one.
  func correctedOrders() throws -> [String]

  /// The orders about persons of whom reports were told again by the commits after one, up to another.
  func ordersRetold(after commit: Int64, through last: Int64) throws -> [String]

  /// Whether any order was about anybody.
  func hasAsked() throws -> Bool

  /// All numbers that a report's versions lie under, as ties say that they were found to be one report's; in byte order.
  func tiedNumbers(institution: String, number: String) throws -> [String]

  /// All versions under some numbers of an institution.
  func reportVersions(institution: String, numbers: [String]) throws -> [StoredReportVersion]
}

/// What a writer does to the pages of audits.
public protocol AuditPagesWriting {
  /// Keeps how far the pages have followed.
  func setAuditPageState(_ kind: AuditSubjectKind, _ state: AuditPageState) throws

  /// Has all subjects of a kind looked at anew: other reference data may read them otherwise.
  func markAllAuditSubjects(_ kind: AuditSubjectKind) throws

  /// Has those reports looked at anew of which versions came with the commits after one, up to another.
  func markReportSubjects(after commit: Int64, through last: Int64) throws

  /// Has those persons looked at anew who were told something new, or have other records, by the commits after one, up to another.
  ///
  /// A record's person, and the person a code stands for, are taken from all links and redirects there ever were: more than needed, never
  /// less. All of whom it was ever said that a report is not theirs are looked at: they are few.
  func markPersonSubjects(after commit: Int64, through last: Int64) throws

  /// Has those persons looked at anew whom events of the commits after one, up to another, are about: what was decided of them gives
  /// reasons to repeat.
  func markAskedSubjects(after commit: Int64, through last: Int64) throws

  /// Keeps in which pages a subject has lines now that it was looked at.
  func setAuditSubject(_ id: Int64, days: Set<Int64>) throws

  /// - Parameter body: nil for a page without lines.
  func setAuditPage(_ kind: Int64, day: Int64, _ body: [UInt8]?) throws

  /// Forgets the pages of a kind of subject: they are made again from what is recorded.
  ///
  /// - Parameter pages: the kinds of its pages.
  func discardAuditPages(_ kind: AuditSubjectKind, pages: [Int64]) throws

  /// Keeps that an order was about somebody.
  func insertAsked(order: String, person: String, record: Int64?) throws

  /// Forgets whom an order was about, before it is told anew.
  func removeAsked(order: String) throws

  /// Keeps whether a report that was chosen for an order has other versions than that one.
  func setCorrected(order: String, _ isCorrected: Bool) throws
}
