public import Clinical

/// An event as it lies in the chain.
public struct ChainedEvent: Sendable {
  /// Its number, from 1.
  public var id: Int64
  public var event: Event
  public var recordedAt: Instant
  /// The digest of the one before it.
  public var previous: [UInt8]
  public var digest: [UInt8]
  /// By which the digest was made.
  public var algorithm: String
  /// Whether every column is of the type that it was written as: a column read as another type may look the same.
  public var isSound: Bool
  /// Whether words lie beside it.
  public var hasWords: Bool

  /// As an engine reads it.
  package init(
    id: Int64, event: Event, recordedAt: Instant, previous: [UInt8], digest: [UInt8], algorithm: String,
    isSound: Bool, hasWords: Bool
  ) {
    self.id = id
    self.event = event
    self.recordedAt = recordedAt
    self.previous = previous
    self.digest = digest
    self.algorithm = algorithm
    self.isSound = isSound
    self.hasWords = hasWords
  }
}

/// What a snapshot tells of the chain, event by event.
public protocol ChainedEventsReading {
  /// Every event in the order of the chain.
  func eachChainedEvent(_ body: (ChainedEvent) throws -> Void) throws

  /// Whether an event is found by its id, and among those about its decision.
  func isIndexed(_ chained: ChainedEvent) throws -> Bool

  /// How many events an index has: a table that was cut leaves its indexes behind.
  func indexedEvents() throws -> Int

  /// Words beside the chain that belong to no event.
  func strayWords() throws -> [String]
}
