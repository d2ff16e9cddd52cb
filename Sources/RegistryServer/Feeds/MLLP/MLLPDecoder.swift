/// What comes of the bytes of a connection.
enum MLLPEvent: Hashable, Sendable {
  /// What stood between 0x0B and 0x1C 0x0D.
  case block([UInt8])
  /// Why nothing more can be told apart in what follows, with the first bytes of the block that was begun.
  case broken(MLLPBreak, head: [UInt8])
}

enum MLLPBreak: Hashable, Sendable {
  /// More bytes than one message may have.
  case tooLong
  /// No end within the time a block may take.
  case unfinished
  /// Bytes outside any block, and no block.
  case stray
  /// Too much is held of other messages.
  case noRoom
}

/// Finds the blocks of the Minimal Lower Layer Protocol in what a connection brings, however it is cut into segments: 0x0B, the message,
/// 0x1C 0x0D.
///
/// What real senders do wrong, and is not refused: the 0x0D behind 0x1C is missing, or is 0x0A; line ends, blanks and zeros between
/// blocks; stray bytes before a block. 0x1C within a text ends nothing unless 0x0D, 0x0A or 0x0B follows, or nothing does for a moment
/// (`endPending`). A block within which another begins was given up by its sender, and is dropped: only what is acknowledged is taken,
/// and an answer more than was asked for would put all that follow out of step.
struct MLLPDecoder: Sendable {
  private static let start: UInt8 = 0x0B
  private static let end: UInt8 = 0x1C
  /// Bytes that are kept of a block that is too long, to say whose it was.
  static let head = 64 << 10

  private let limit: Int
  private var block: [UInt8] = []
  /// Up to where the block was looked through for its end.
  private var searched = 0
  private(set) var isInBlock = false
  /// Bytes outside any block since the last one that are no white space.
  private(set) var stray = 0
  /// Whether nothing more is read.
  private(set) var isBroken = false

  /// - Parameter limit: bytes of one message.
  init(limit: Int) { self.limit = limit }

  /// Bytes that are held.
  var held: Int { block.count }

  /// Whether the last byte was 0x1C: the next one says whether it was an end.
  var isPending: Bool { isInBlock && block.last == Self.end }

  mutating func feed(_ bytes: some Collection<UInt8>) -> [MLLPEvent] {
    var events: [MLLPEvent] = []
    var rest = bytes[...]
    while !rest.isEmpty, !isBroken {
      guard isInBlock else {
        skip(&rest)
        if stray > Self.head {
          isBroken = true
          events.append(.broken(.stray, head: []))
        }
        continue
      }
      if let event = take(&rest) { events.append(event) }
    }
    return events
  }

  /// Passes over what stands between blocks.
  private mutating func skip<Bytes: Collection<UInt8>>(_ rest: inout Bytes) where Bytes.SubSequence == Bytes {
    guard let start = rest.firstIndex(of: Self.start) else {
      stray += rest.count { $0 > 0x20 }
      rest = rest[rest.endIndex...]
      return
    }
    stray = 0
    rest = rest[rest.index(after: start)...]
    isInBlock = true
    (block, searched) = ([], 0)
  }

  /// Takes bytes into the block, to its end at most.
  private mutating func take<Bytes: Collection<UInt8>>(_ rest: inout Bytes) -> MLLPEvent?
  where Bytes.SubSequence == Bytes {
    // No further than the limit, so that memory is bounded whatever comes at once.
    let piece = rest.prefix(limit + 2 - block.count)
    let before = block.count
    block.append(contentsOf: piece)
    while let end = block[searched...].firstIndex(of: Self.end), end + 1 < block.count {
      let next = block[end + 1]
      guard next == 0x0D || next == 0x0A || next == Self.start else {
        searched = end + 1
        continue
      }
      let length = next == Self.start ? end + 1 : end + 2
      rest = rest.dropFirst(length - before)
      return finish(at: end)
    }
    rest = rest.dropFirst(piece.count)
    searched = isPending ? block.count - 1 : block.count
    guard block.count > limit + 1 else { return nil }
    return breakOff(.tooLong)
  }

  private mutating func finish(at end: Int) -> MLLPEvent {
    let bytes = given(Array(block[..<end]))
    isInBlock = false
    (block, searched) = ([], 0)
    return .block(bytes)
  }

  /// Nothing came behind 0x1C: it was the end.
  mutating func endPending() -> MLLPEvent? { isPending ? finish(at: block.count - 1) : nil }

  /// Nothing came for too long, or the block takes too long.
  mutating func giveUp() -> MLLPEvent? {
    isInBlock || stray > 0 ? breakOff(isInBlock ? .unfinished : .stray) : nil
  }

  /// Nothing more is read, and nothing held but the head.
  mutating func breakOff(_ reason: MLLPBreak) -> MLLPEvent? {
    if isBroken { return nil }
    isBroken = true
    let head = given(Array(block.prefix(Self.head)))
    block = []
    return .broken(reason, head: head)
  }

  /// What was begun last: 0x0B and the beginning of a message within a block are a new one. In UTF-16 0x0B is half of a character.
  private func given(_ bytes: [UInt8]) -> [UInt8] {
    var start = 0
    var place = bytes.startIndex
    while let found = bytes[place...].firstIndex(of: Self.start) {
      let behind = bytes[(found + 1)...]
      if behind.starts(with: "MSH".utf8) || behind.starts(with: "FHS".utf8) || behind.starts(with: "BHS".utf8)
        || behind.starts(with: "<?xml".utf8) || behind.starts(with: "<ORU".utf8)
      {
        start = found + 1
      }
      place = found + 1
    }
    return start == 0 ? bytes : Array(bytes[start...])
  }
}
