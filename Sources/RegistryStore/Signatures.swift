public import Clinical

/// What a snapshot tells of the index of people and its models.
public protocol SignaturesReading {
  /// The normalised forms kept since a commit, in the order of keeping: what an index in memory that was brought up to that commit has not
  /// seen yet. Of a record that was kept more than once the last holds.
  ///
  /// - Parameter commit: its number; 0: all that were ever kept.
  func eachSignature(after commit: Int64, _ body: (_ record: Int64, UnsafeRawBufferPointer) throws -> Void) throws

  /// How many were ever kept.
  func signatureCount() throws -> Int

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
  func insertSignature(record: Int64, body: [UInt8]) throws

  /// Puts a model in force.
  func insertPersonModel(version: String, body: [UInt8], recordedAt: Instant) throws
}

extension SignaturesReading {
  public func personModel() throws -> (version: String, body: [UInt8])? {
    try personModel(knownAt: nil)
  }
}
