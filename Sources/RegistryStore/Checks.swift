import Foundation

/// What a snapshot tells of what a check goes through.
public protocol ChecksReading {
  /// What SQLite itself finds wrong: pages, indexes, constraints, foreign keys.
  func structuralProblems() throws -> [String]

  /// Every message's id, digest and compressed bytes, one at a time.
  func eachMessageBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws

  /// All that was ever said of patients: the message that said it, its digest, and its bytes.
  func eachIdentityBody(_ body: (Int64, [UInt8], [UInt8]) throws -> Void) throws

  /// Every source record, in the order of their ids.
  func recordIDs() throws -> [Int64]

  /// Every source record and its key.
  func eachRecord(_ body: (Int64, RecordKey) throws -> Void) throws
}
