/// Changes of an index that are one writer's own: lines that are new, and lines of the index that have ended. What was changed since a
/// mark can be taken back.
struct MatchOverlay {
  private struct Entry {
    var tag: UInt32
    var place: UInt32
    /// The entry after it, counted from 1; 0 ends the chain.
    var next: UInt32
  }

  private enum Change {
    /// - Parameter entries: how many there were before.
    case inserted(entries: UInt32)
    case ended(UInt32)
    /// A line of its own, which is the last of `struck`.
    case struck(UInt32)
  }

  private(set) var lines: [MatchLine] = []
  /// Places of the index.
  private(set) var ended: Set<UInt32> = []
  private var struck: [MatchLine] = []
  private var changes: [Change] = []
  private var heads = [UInt32](repeating: 0, count: 16)
  private var entries: [Entry] = []

  var isEmpty: Bool { changes.isEmpty }

  /// How much was changed until now.
  var mark: Int { changes.count }

  mutating func insert(_ line: MatchLine) {
    changes.append(.inserted(entries: UInt32(entries.count)))
    let place = UInt32(lines.count)
    lines.append(line)
    MatchKeys.each(of: line) { key in
      if entries.count >= heads.count { grow() }
      entries.append(Entry(tag: Self.tag(key), place: place, next: 0))
      chain(entries.count - 1)
    }
  }

  /// Ends a line of the index.
  mutating func end(_ place: UInt32) {
    if ended.insert(place).inserted { changes.append(.ended(place)) }
  }

  /// Takes out a line of its own.
  mutating func strike(_ place: UInt32) {
    struck.append(lines[Int(place)])
    changes.append(.struck(place))
    lines[Int(place)] = .removed
  }

  /// Takes back what was changed since a mark.
  ///
  /// - Parameters:
  ///   - touched: told each line that is new or there again no more than it was.
  mutating func takeBack(to mark: Int, line: (UInt32) -> MatchLine, touched: (MatchLine) -> Void) {
    while changes.count > mark, let change = changes.popLast() {
      switch change {
      case .inserted(let before):
        if let line = lines.popLast() { touched(line) }
        while entries.count > before, let entry = entries.popLast() { heads[head(entry.tag)] = entry.next }
      case .ended(let place):
        ended.remove(place)
        touched(line(place))
      case .struck(let place):
        guard let line = struck.popLast() else { continue }
        lines[Int(place)] = line
        touched(line)
      }
    }
  }

  /// Calls `body` with the places of a key, the newest first, until it returns false.
  ///
  /// - Returns: whether it goes on.
  @inline(__always)
  func first(_ key: UInt64, _ body: (UInt32) -> Bool) -> Bool {
    let tag = Self.tag(key)
    var entry = heads[head(tag)]
    while entry > 0 {
      let found = entries[Int(entry) - 1]
      if found.tag == tag, !body(found.place) { return false }
      entry = found.next
    }
    return true
  }

  private static func tag(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> 32) }

  private func head(_ tag: UInt32) -> Int { Int(tag) & (heads.count - 1) }

  private mutating func chain(_ entry: Int) {
    let head = head(entries[entry].tag)
    entries[entry].next = heads[head]
    heads[head] = UInt32(entry + 1)
  }

  private mutating func grow() {
    heads = [UInt32](repeating: 0, count: heads.count * 2)
    for entry in entries.indices { chain(entry) }
  }
}
