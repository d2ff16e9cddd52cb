public import Clinical

/// What a snapshot tells of reference data.
public protocol ReferenceGenerationsReading {
  /// The number of the generation in force at a moment: the newest one loaded by then.
  func referenceGeneration(knownAt: Instant?) throws -> Int64?

  /// The numbers of all generations.
  func referenceGenerations() throws -> [Int64]

  /// What was loaded as a generation, digested; nil for none of this number.
  func referenceDigest(_ generation: Int64) throws -> String?

  /// The files of a generation.
  func referenceFiles(_ generation: Int64) throws -> [(name: String, bytes: [UInt8])]
}

/// What a writer does to reference data.
public protocol ReferenceGenerationsWriting {
  /// Adds a generation of reference data: a folder's files.
  ///
  /// - Returns: its number.
  func insertReference(digest: String, files: [(name: String, bytes: [UInt8])], recordedAt: Instant) throws
    -> Int64
}

extension ReferenceGenerationsReading {
  public func referenceGeneration() throws -> Int64? {
    try referenceGeneration(knownAt: nil)
  }
}
