internal import CZstd

/// Zstandard, for the original messages: at 3 KB a message it costs a tenth of what zlib does.
/// Not for sharing between threads.
public final class Compressor {
  private let context = ZSTD_createCCtx()
  /// As large as the largest could have become: what is handed out takes no more than it holds, for thousands of messages wait at once.
  private var room: [UInt8] = []

  /// What is compressed is told apart from; nil: it stands alone.
  public var dictionary: MessageDictionary?

  public init(dictionary: MessageDictionary? = nil) { self.dictionary = dictionary }

  deinit { ZSTD_freeCCtx(context) }

  /// The bytes, compressed, with their length and the id of the dictionary.
  public func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let bound = ZSTD_compressBound(bytes.count)
    // A document in base64 is rare, and its room is not kept.
    if room.count < bound || room.count > max(bound, 1 << 20) { room = [UInt8](repeating: 0, count: bound) }
    return room.withUnsafeMutableBytes { output in
      let count =
        if let dictionary {
          ZSTD_compress_usingCDict(
            context, output.baseAddress, bound, bytes.baseAddress, bytes.count, dictionary.compressing)
        } else {
          ZSTD_compressCCtx(context, output.baseAddress, bound, bytes.baseAddress, bytes.count, -1)
        }
      precondition(ZSTD_isError(count) == 0, "zstd cannot fail with a buffer of its own bound")
      return Array(output.prefix(count))
    }
  }

  public func compress(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { compress($0) } }

  /// The original bytes.
  ///
  /// - Parameter dictionary: the one they name, if they name one.
  /// - Throws: `StoreError.damaged` when they are not what was compressed.
  public static func expand(
    _ bytes: UnsafeRawBufferPointer, with dictionary: MessageDictionary? = nil
  ) throws(StoreError) -> [UInt8] {
    let size = ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    // A block of 128 KB takes four bytes at least (RFC 8878, 3.1.1.2): what says that it holds more is damaged.
    guard size < 1 << 32, size <= UInt64(bytes.count) << 15 else {
      throw .damaged("a compressed message without its length")
    }
    if let id = dictionaryID(of: bytes), id != dictionary?.id {
      throw .damaged("a compressed message whose dictionary \(id) is missing or damaged")
    }
    let context = ZSTD_createDCtx()
    defer { ZSTD_freeDCtx(context) }
    var failed = false
    let result = [UInt8](unsafeUninitializedCapacity: Int(size)) { output, count in
      // Without a dictionary, as any zstd frame.
      let written = ZSTD_decompress_usingDDict(
        context, output.baseAddress, Int(size), bytes.baseAddress, bytes.count, dictionary?.expanding)
      failed = ZSTD_isError(written) != 0 || written != Int(size)
      count = failed ? 0 : written
    }
    if failed { throw .damaged("a compressed message that does not expand") }
    return result
  }

  /// The dictionary that compressed bytes name; nil when they stand alone.
  package static func dictionaryID(of bytes: UnsafeRawBufferPointer) -> UInt32? {
    let id = ZSTD_getDictID_fromFrame(bytes.baseAddress, bytes.count)
    return id == 0 ? nil : id
  }
}
