/// Which lines have a key, for those that came since the table was built: chains of entries.
struct MatchOverlay {
  private struct Entry {
    var tag: UInt32
    var place: UInt32
    /// The entry after it, counted from 1; 0 ends the chain.
    var next: UInt32
  }

  private var heads = [UInt32](repeating: 0, count: 16)
  private var entries: [Entry] = []

  mutating func insert(_ key: UInt64, _ place: Int) {
    if entries.count >= heads.count { grow() }
    entries.append(Entry(tag: Self.tag(key), place: UInt32(place), next: 0))
    chain(entries.count - 1)
  }

  @inline(__always)
  func each(_ key: UInt64, _ body: (UInt32) -> Void) {
    first(key) {
      body($0)
      return true
    }
  }

  /// As `each`, until `body` returns false.
  @inline(__always)
  func first(_ key: UInt64, _ body: (UInt32) -> Bool) {
    let tag = Self.tag(key)
    var entry = heads[head(tag)]
    while entry > 0 {
      let found = entries[Int(entry) - 1]
      if found.tag == tag, !body(found.place) { return }
      entry = found.next
    }
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
