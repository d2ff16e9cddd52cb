import Feeds
import RegistryStore

/// What an import compresses messages with: the dictionaries of the registry, and those it finds on the way that pay.
struct MessageDictionaries {
  /// The newest alone: for each batch the best of them is looked for.
  private(set) var known: ArraySlice<MessageDictionary>
  /// The id comes of the bytes: what has one already is known, or was damaged since, and is not to be used.
  private var ids: Set<UInt32>
  private var batches = 0

  init(ids: Set<UInt32> = [], whole: [MessageDictionary] = []) {
    (self.ids, known) = (ids, whole.suffix(Self.most))
  }

  /// Looks whether a batch of messages has something in common that is in no dictionary yet.
  ///
  /// - Returns: a dictionary that saves more on this very batch than it takes itself; it is known from here on, and to be kept
  ///   before what is compressed with it.
  mutating func learn(from batch: [MessageFrame]) -> MessageDictionary? {
    batches += 1
    // It takes as long as some hundred messages do, and feeds change seldom: at the 1st batch, the 2nd, the 4th, the 8th …
    guard batches.nonzeroBitCount == 1 else { return nil }
    let messages = Self.sample(128, of: batch)
    let size = messages.reduce(0) { $0 + $1.count }
    guard size >= Self.least else { return nil }
    let compressor = Compressor()
    compressor.choose(among: known, for: messages)
    let before = compressor.size(messages)
    guard before > size / 10, let learnt = MessageDictionary(of: messages), !ids.contains(learnt.id) else { return nil }
    compressor.dictionary = learnt
    guard compressor.size(messages) + learnt.bytes.count < before else { return nil }
    ids.insert(learnt.id)
    known = (known + [learnt]).suffix(Self.most)
    return learnt
  }

  /// Some messages of a batch, from all of it: a folder has its files by name, one dialect after the other. What is long, as a document
  /// in base64 is, has little in common with others and takes long to look at.
  static func sample(_ count: Int, of batch: [MessageFrame]) -> [[UInt8]] {
    let short = batch.map(\.bytes).filter { $0.count <= 1 << 16 }
    let taken = min(count, short.count)
    return (0..<taken).map { short[$0 * short.count / taken] }
  }

  private static let most = 8
  /// Bytes of messages of which less than this is not worth the time.
  private static let least = 1 << 18
}

extension Compressor {
  /// Settles on what makes some messages smallest, which may be no dictionary.
  func choose(among dictionaries: ArraySlice<MessageDictionary>, for messages: [[UInt8]]) {
    let candidates: [MessageDictionary?] = [nil] + Array(dictionaries)
    let sizes = candidates.map { candidate in
      dictionary = candidate
      return (candidate, size(messages))
    }
    dictionary = sizes.min { $0.1 < $1.1 }?.0
  }

  /// Bytes that messages take, compressed.
  fileprivate func size(_ messages: [[UInt8]]) -> Int { messages.reduce(0) { $0 + compress($1).count } }
}
