public import Clinical

/// How sure a record's link to a person is: person-index.md 3.3. `possible` awaits review.
public enum LinkGrade: String, Sendable, Codable, CaseIterable {
  case certain, probable, possible
}

/// A row of the versioned relation record → person.
public struct PersonLink: Hashable, Sendable {
  public var record: Int64
  public var person: String
  public var grade: LinkGrade
  /// What decided it, e.g. `resident-id`.
  public var rule: String

  public init(record: Int64, person: String, grade: LinkGrade, rule: String) {
    self.record = record
    self.person = person
    self.grade = grade
    self.rule = rule
  }
}

/// What a snapshot tells of persons and whose records are whose.
public protocol PersonsReading {
  /// Every code that was ever given, also those merged away since, in byte order: at any moment each record belongs to one of them.
  func eachPersonCode(_ body: (String) throws -> Void) throws

  /// Whose a record was from when on, as it was recorded by a moment, the oldest first.
  func linkHistory(record: Int64, knownAt: Instant?) throws -> [(since: Instant, link: PersonLink)]

  /// Whether a code was ever given.
  func hasPerson(_ code: String) throws -> Bool

  /// When a person's code was first given.
  func personRecordedAt(_ code: String) throws -> Instant?

  /// Whether a person's name is, or was, written in more than one way.
  func isNamedOtherwise(person: String) throws -> Bool

  /// Whose record it is, as known at a moment.
  func link(record: Int64, knownAt: Instant?) throws -> PersonLink?

  /// A person's records, as known at a moment.
  func links(person: String, knownAt: Instant?) throws -> [PersonLink]

  /// The record that a code was made for.
  func firstRecord(person: String) throws -> Int64?

  /// The records that may be a person's, as a human has yet to say: each with the grade `possible`.
  func possibleLinks(of links: [PersonLink], knownAt: Instant?) throws -> [PersonLink]

  /// The person a code stands for: itself, or the one it was merged into.
  func currentPerson(_ code: String, knownAt: Instant?) throws -> String?

  /// The codes that stand for a person now, or stood at a moment, beside the person's own; in byte order. One that was merged away and
  /// is in use again is none of them.
  func redirects(to person: String, knownAt: Instant?) throws -> [String]

  /// All codes in use: those that were not merged away. In byte order.
  func eachPerson(_ body: (String) throws -> Void) throws
}

/// What a writer does to persons and whose records are whose.
public protocol PersonsWriting {
  /// - Returns: false when the code is in use already.
  func insertPerson(_ code: String, recordedAt: Instant) throws -> Bool

  /// - Parameter event: the event of the chain it comes with, when a human made it.
  func insertLink(_ link: PersonLink, actor: String, event: String?, recordedAt: Instant) throws

  /// Keeps that a person's name is written in more than one way.
  func insertNamedOtherwise(person: String) throws

  /// Keeps that a code stands for another from now on.
  func insertRedirect(from person: String, to target: String, recordedAt: Instant) throws
}

extension PersonsReading {
  public func linkHistory(record: Int64) throws -> [(since: Instant, link: PersonLink)] {
    try linkHistory(record: record, knownAt: nil)
  }

  public func link(record: Int64) throws -> PersonLink? {
    try link(record: record, knownAt: nil)
  }

  public func links(person: String) throws -> [PersonLink] {
    try links(person: person, knownAt: nil)
  }

  public func possibleLinks(of links: [PersonLink]) throws -> [PersonLink] {
    try possibleLinks(of: links, knownAt: nil)
  }

  public func currentPerson(_ code: String) throws -> String? {
    try currentPerson(code, knownAt: nil)
  }

  public func redirects(to person: String) throws -> [String] {
    try redirects(to: person, knownAt: nil)
  }
}

extension PersonsWriting {
  public func insertLink(_ link: PersonLink, actor: String, recordedAt: Instant) throws {
    try insertLink(link, actor: actor, event: nil, recordedAt: recordedAt)
  }
}
