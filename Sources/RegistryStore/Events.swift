public import Clinical
public import Foundation

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

/// An event as who reads many of them takes it.
public struct StoredEventBody: Sendable {
  /// Its number in the chain, from 1.
  public var place: Int64
  public var id: String
  public var kind: String
  /// JSON in UTF-8.
  public var body: Data

  /// As an engine reads it.
  package init(place: Int64, id: String, kind: String, body: Data) {
    self.place = place
    self.id = id
    self.kind = kind
    self.body = body
  }
}

/// What a snapshot tells of events.
public protocol EventsReading {
  /// The body of an event; nil when there is none of this id.
  func eventBody(_ id: String) throws -> String?

  /// The events about a decision, itself among them, with place and time of their recording, in the order of the chain.
  func events(decision: String) throws -> [(place: Int64, recordedAt: Instant, event: Event)]

  /// The event that is a decision, in the order of the chain the first of this id.
  func decisionBody(_ decision: String) throws -> String?

  /// The bodies of the decisions whose ids begin so, in the order of the chain.
  func decisionBodies(idPrefix prefix: String) throws -> [String]

  /// One event, with place and time of its recording.
  func event(_ id: String) throws -> (place: Int64, recordedAt: Instant, event: Event)?

  /// The events of a kind, in the order of the chain.
  func events(kind: String) throws -> [Event]

  /// The bodies of the events whose id begins so, in the order of the chain.
  func eventBodies(idPrefix prefix: String) throws -> [String]

  /// The registry's own key, by which events refer to words: made at random when the registry is, the same for ever.
  func digestKey() throws -> [UInt8]

  /// The digest that the next event is chained to; nil before the first.
  func lastEventDigest() throws -> [UInt8]?

  /// How many events were recorded by a moment, and the digest of the last.
  func chainHead(knownAt: Instant?) throws -> (events: Int, digest: [UInt8])

  /// The words of an event; nil when there are none, or none any more.
  func eventText(_ event: String) throws -> String?

  /// The events about persons' data whose person then had one of these codes, in the order of the chain.
  func events(aboutPersons codes: [String]) throws -> [(place: Int64, recordedAt: Instant, event: Event)]

  /// Whether an event is found among those about a person.
  func isIndexed(place: Int64, person: String) throws -> Bool

  /// Every event about a decision that was recorded by a moment, in the order of the chain.
  func eachEventBody(knownAt: Instant?, _ body: (StoredEventBody) throws -> Void) throws
}

/// What a writer does to events.
public protocol EventsWriting {
  /// Keeps the words of an event, which its body holds only as a digest.
  func insertEventText(_ event: String, text: String) throws

  /// Keeps that the last event of the chain is about a person's data: it is found by the code that the person then had.
  func indexLastEvent(person: String) throws

  /// Adds an event at the end of the chain.
  ///
  /// - Parameters:
  ///   - previous: the digest of the one before it.
  ///   - digest: over both.
  func insertEvent(_ event: Event, recordedAt: Instant, previous: [UInt8], digest: [UInt8]) throws
}

extension EventsReading {
  public func chainHead() throws -> (events: Int, digest: [UInt8]) {
    try chainHead(knownAt: nil)
  }

  public func eachEventBody(_ body: (StoredEventBody) throws -> Void) throws {
    try eachEventBody(knownAt: nil, body)
  }
}
