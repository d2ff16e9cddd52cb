internal import CZstd
public import Clinical

/// What messages have in common, kept once, so that each is kept as what it says beside that: a quarter of what it takes alone, in
/// half the time. A compressed message names its dictionary by id (RFC 8878, 3.1.1.1.3), and is nothing without it.
///
/// It is made of pieces of messages, so it is to be kept as they are.
public final class MessageDictionary: Sendable {
  public let id: UInt32
  public let bytes: [UInt8]
  // Neither changes once it is made, and zstd reads them from any thread.
  nonisolated(unsafe) let compressing: OpaquePointer
  nonisolated(unsafe) let expanding: OpaquePointer

  /// - Returns: nil when the bytes are no dictionary of zstd's with an id.
  public init?(_ bytes: [UInt8]) {
    id = ZDICT_getDictID(bytes, bytes.count)
    guard id != 0, let compressing = ZSTD_createCDict(bytes, bytes.count, 1) else { return nil }
    guard let expanding = ZSTD_createDDict(bytes, bytes.count) else {
      ZSTD_freeCDict(compressing)
      return nil
    }
    (self.bytes, self.compressing, self.expanding) = (bytes, compressing, expanding)
  }

  deinit {
    ZSTD_freeCDict(compressing)
    ZSTD_freeDDict(expanding)
  }

  /// What some messages have in common; nil when that is too little to be made a dictionary of.
  public convenience init?(of messages: [[UInt8]]) {
    let samples = messages.flatMap { $0 }
    // Of 128 messages, more than this brings a hundredth.
    let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 10) { output, count in
      let written = ZDICT_trainFromBuffer(
        output.baseAddress, output.count, samples, messages.map(\.count), UInt32(messages.count))
      count = ZDICT_isError(written) == 0 ? written : 0
    }
    self.init(bytes)
  }
}

/// What a snapshot tells of what messages are compressed with.
public protocol MessageDictionariesReading {
  /// Every dictionary, in the order of keeping.
  ///
  /// - Returns: the ids of all, and those that are whole. `huren check` names the messages that need another.
  func messageDictionaries() throws -> (ids: Set<UInt32>, whole: [MessageDictionary])

  /// The original bytes of a message.
  ///
  /// - Throws: `StoreError.damaged` when they are not what was compressed.
  func expand(_ body: UnsafeRawBufferPointer) throws -> [UInt8]
}

/// What a writer does to what messages are compressed with.
public protocol MessageDictionariesWriting {
  /// Keeps a dictionary, to be there before what is compressed with it.
  func insert(_ dictionary: MessageDictionary, recordedAt: Instant) throws
}
