public import Clinical

/// What a snapshot tells of the index of people and its models.
public protocol SignaturesReading {
  /// The normalised forms kept after a place, in the order of keeping: what an index in memory has not seen yet.
  func eachSignature(
    after place: Int64, _ body: (_ place: Int64, _ record: Int64, UnsafeRawBufferPointer) throws -> Void
  ) throws

  /// The place of the last that was kept; 0 when none was.
  func lastSignaturePlace() throws -> Int64

  /// The normalised form kept at a place.
  func signature(at place: Int64) throws -> (record: Int64, body: [UInt8])?

  /// What the index counts with, as known at a moment; nil when nothing was kept by then.
  func personModel(knownAt: Instant?) throws -> (version: String, body: [UInt8])?

  /// The newest model of a version.
  func personModel(version: String) throws -> [UInt8]?

  /// Every model that ever held, the oldest first.
  func personModels() throws -> [(version: String, recordedAt: Instant)]
}

/// What a writer does to the index of people and its models.
public protocol SignaturesWriting {
  /// Keeps the normalised form of a record, in place of an earlier one.
  ///
  /// - Returns: its place in the order of keeping.
  func insertSignature(record: Int64, body: [UInt8]) throws -> Int64

  /// Puts a model in force.
  func insertPersonModel(version: String, body: [UInt8], recordedAt: Instant) throws
}

extension SignaturesReading {
  public func personModel() throws -> (version: String, body: [UInt8])? {
    try personModel(knownAt: nil)
  }
}
