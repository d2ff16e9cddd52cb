import Synchronization

/// Which lines have a key, for those of one part that came since its table was built: chains of entries, the newest first.
///
/// One thread at a time inserts; any number read meanwhile. Whoever reads leaves out places that it was not told of.
final class MatchChains: @unchecked Sendable {
  struct Entry {
    var tag: UInt32
    var place: UInt32
    /// The entry after it, counted from 1; 0 ends the chain.
    var next: UInt32
  }

  /// A power of two.
  let headCount: Int
  let capacity: Int
  /// Of whoever inserts.
  private(set) var count = 0
  fileprivate(set) var heads: UnsafeMutablePointer<Atomic<UInt32>>
  fileprivate(set) var entries: UnsafeMutablePointer<Entry>

  /// - Parameter part: each has another room, so that not all are full at once.
  init(headCount: Int, part: Int) {
    self.headCount = headCount
    capacity = headCount / 2 + headCount * part / (2 * MatchParts.count)
    heads = LargeMemory.allocate(Atomic<UInt32>.self, capacity: headCount)
    for head in 0..<headCount { (heads + head).initialize(to: Atomic(0)) }
    entries = LargeMemory.allocate(Entry.self, capacity: capacity)
  }

  deinit {
    LargeMemory.deallocate(entries, capacity: capacity)
    LargeMemory.deallocate(heads, capacity: headCount)
  }

  var isFull: Bool { count == capacity }

  func insert(_ tag: UInt32, _ place: UInt32) {
    let head = Int(tag) & (headCount - 1)
    (entries + count).initialize(to: Entry(tag: tag, place: place, next: heads[head].load(ordering: .relaxed)))
    count += 1
    // Whoever reads the head reads the entry whole.
    heads[head].store(UInt32(count), ordering: .releasing)
  }
}

/// All parts of the keys of an index: the first bits of a key tell its part. A part is a table and the chains beside it, and can be built
/// anew while the others stay.
///
/// What a snapshot holds is replaced and not changed, but for the chains, which grow.
final class MatchParts: @unchecked Sendable {
  static let bits = 8
  static let count = 1 << bits

  @inline(__always)
  static func part(_ key: UInt64) -> Int { Int(key >> UInt64(64 - bits)) }
  /// What tells keys of a part apart.
  @inline(__always)
  static func tag(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key >> UInt64(32 - bits)) }

  /// A part as it is read: without counting references.
  private struct Part {
    var starts: UnsafeMutablePointer<UInt32>
    var places: UnsafeMutablePointer<UInt32>
    var heads: UnsafeMutablePointer<Atomic<UInt32>>
    var entries: UnsafeMutablePointer<MatchChains.Entry>
    var mask: UInt32
    var bits: Int32

    init(_ table: MatchTable, _ chains: MatchChains) {
      (starts, places, heads, entries) = (table.starts, table.places, chains.heads, chains.entries)
      (mask, bits) = (UInt32(chains.headCount - 1), Int32(table.bits))
    }
  }

  private var tables: [MatchTable]
  private var chains: [MatchChains]
  private let parts: UnsafeMutablePointer<Part>

  private init(_ tables: [MatchTable], _ chains: [MatchChains]) {
    (self.tables, self.chains) = (tables, chains)
    parts = .allocate(capacity: Self.count)
    for part in 0..<Self.count { (parts + part).initialize(to: Part(tables[part], chains[part])) }
  }

  convenience init(_ tables: [MatchTable]? = nil) {
    self.init(
      tables ?? Array(repeating: .empty, count: Self.count),
      (0..<Self.count).map { MatchChains(headCount: Self.leastHeads, part: $0) })
  }

  deinit { parts.deallocate() }

  private static let leastHeads = 16
  /// Fewer entries are not worth a table.
  private static let leastMerged = 512

  /// Whether a key can be inserted as things are.
  func hasRoom(for key: UInt64) -> Bool { !chains[Self.part(key)].isFull }

  /// Only when there is room for it.
  func insert(_ key: UInt64, _ place: UInt32) { chains[Self.part(key)].insert(Self.tag(key), place) }

  func copy() -> MatchParts { MatchParts(tables, chains) }

  /// Makes room for a key: of many entries beside a table it makes one. Only of what no snapshot holds.
  func makeRoom(for key: UInt64, _ lines: MatchLines) {
    let part = Self.part(key)
    let full = chains[part]
    if full.count >= Self.leastMerged, full.count * 16 >= tables[part].count {
      // To look for them costs more than they take, where they are few.
      let dropsEnded = lines.ended * 8 > lines.count
      tables[part] = tables[part].merged(full, part, lines, dropsEnded: dropsEnded)
      chains[part] = MatchChains(headCount: full.headCount, part: part)
    } else {
      let wide = MatchChains(headCount: full.headCount * 2, part: part)
      for entry in 0..<full.count { wide.insert(full.entries[entry].tag, full.entries[entry].place) }
      chains[part] = wide
    }
    parts[part] = Part(tables[part], chains[part])
  }

  /// Calls `body` with the places of a key, others among them, the newest first, until it returns false.
  ///
  /// - Parameter count: later places are left out.
  @inline(__always)
  func first(_ key: UInt64, before count: Int, _ body: (UInt32) -> Bool) {
    let part = parts + Self.part(key)
    let tag = Self.tag(key)
    var entry = part.pointee.heads[Int(tag & part.pointee.mask)].load(ordering: .acquiring)
    while entry > 0 {
      let found = part.pointee.entries[Int(entry) - 1]
      if found.tag == tag, Int(found.place) < count, !body(found.place) { return }
      entry = found.next
    }
    let bucket = Int(tag >> UInt32(32 - part.pointee.bits))
    for place in Int(part.pointee.starts[bucket])..<Int(part.pointee.starts[bucket + 1]) {
      if !body(part.pointee.places[place]) { return }
    }
  }
}
