/// All records of a registry in memory, as signatures: some 115 bytes a record. It is read by its snapshots, by any number of threads, while
/// more is put into it.
///
/// Unchecked, because whoever owns it lets one thread at a time change it.
public final class MatchIndex: @unchecked Sendable {
  private var lines = MatchLines()
  private var parts = MatchParts()
  /// Rises when lines end; 0: none has.
  private var epoch: UInt32 = 0

  /// When so many lines have ended, and they are the most, the others are put together anew.
  private static let mostEnded = 1 << 16

  public init() {}

  /// As it is now, and stays for whoever holds it.
  public var snapshot: MatchSnapshot { MatchSnapshot(lines: lines, parts: parts, count: lines.count, epoch: epoch) }

  /// Those that have ended included.
  var linesKept: Int { lines.count }

  /// Puts many records into an index that is empty, as when a registry is opened.
  ///
  /// - Parameter records: calls what it is given for each record; what comes later of one replaces what came before.
  public func load<Failure: Error>(
    _ records: ((Int64, MatchSignature) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(lines.count == 0, "loaded twice")
    var seen = SeenRecords()
    var replaced: [Int64: Int] = [:]
    defer { replace(replaced) }
    try records { id, signature in
      if !seen.insert(id) { replaced[id] = lines.count }
      for var line in signature.lines {
        line.id = id
        lines.append(line)
      }
    }
  }

  /// - Parameter replaced: where the lines of records begin that have earlier ones.
  private func replace(_ replaced: [Int64: Int]) {
    if !replaced.isEmpty {
      epoch = 1
      for place in 0..<lines.count {
        if let start = replaced[lines[place].id], place < start { lines.end(place, at: epoch) }
      }
    }
    parts = MatchParts(MatchTable.tables(of: lines))
  }

  /// Whether changes are of the index as it is.
  func isAt(_ snapshot: MatchSnapshot) -> Bool {
    lines === snapshot.lines && lines.count == snapshot.count && epoch == snapshot.epoch
  }

  /// Puts changes into it; who holds a snapshot does not see them.
  func apply(_ changes: MatchOverlay) {
    if !changes.ended.isEmpty {
      epoch += 1
      for place in changes.ended { lines.end(Int(place), at: epoch) }
    }
    for line in changes.lines where !line.isRemoved {
      let place = UInt32(lines.count)
      lines.append(line)
      MatchKeys.each(of: line) { key in insert(key, place) }
    }
    if epoch == .max || lines.ended > max(Self.mostEnded, lines.count / 2) { compact() }
  }

  private func insert(_ key: UInt64, _ place: UInt32) {
    if !parts.hasRoom(for: key) {
      if !isKnownUniquelyReferenced(&parts) { parts = parts.copy() }
      parts.makeRoom(for: key, lines)
    }
    parts.insert(key, place)
  }

  private func compact() {
    let living = MatchLines()
    lines.each { living.append($1) }
    (lines, epoch) = (living, 0)
    parts = MatchParts(MatchTable.tables(of: living))
  }
}

/// An index as it was at one moment, for any thread.
public struct MatchSnapshot: Sendable {
  let lines: MatchLines
  fileprivate let parts: MatchParts
  let count: Int
  let epoch: UInt32

  fileprivate init(lines: MatchLines, parts: MatchParts, count: Int, epoch: UInt32) {
    (self.lines, self.parts, self.count, self.epoch) = (lines, parts, count, epoch)
  }

  @inline(__always)
  func hasEnded(_ place: UInt32) -> Bool { epoch > 0 && lines.hasEnded(Int(place), by: epoch) }

  /// Calls `body` with the places of a key, others and such as have ended among them, the newest first, until it returns false.
  @inline(__always)
  func first(_ key: UInt64, _ body: (UInt32) -> Bool) { parts.first(key, before: count, body) }
}

/// Which records were seen: ids lie close together.
private struct SeenRecords {
  private static let bits = 4096
  private var pages: [Int64: Int] = [:]
  private var words: [UInt64] = []

  /// - Returns: whether it is the first time.
  mutating func insert(_ id: Int64) -> Bool {
    let page: Int
    if let known = pages[id >> 12] {
      page = known
    } else {
      page = words.count
      pages[id >> 12] = page
      words.append(contentsOf: repeatElement(0, count: Self.bits / 64))
    }
    let (word, bit) = (page + Int(id & 4095) >> 6, UInt64(1) << UInt64(id & 63))
    defer { words[word] |= bit }
    return words[word] & bit == 0
  }
}
