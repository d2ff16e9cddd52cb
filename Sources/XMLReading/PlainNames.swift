/// Names of elements by their bytes: those of ASCII without a prefix.
struct PlainNames {
  private struct Entry {
    var hash: UInt64
    var start: Int
    var length: Int
    var index: Int32
  }

  /// How many of a table's names were looked at.
  private var learnt = 0
  private var text: [UInt8] = []
  /// Found by hash: as many again are empty, at least.
  private var entries = [Entry?](repeating: nil, count: 64)
  private var count = 0

  /// Takes in what a table has more than at the last time.
  mutating func learn(_ table: NameTable) {
    if learnt == table.names.count { return }
    for index in learnt..<table.names.count {
      let name = Array(table.names[index].utf8)
      guard !name.isEmpty, name.allSatisfy(Byte.isOfName) else { continue }
      if 2 * (count + 1) > entries.count { grow() }
      insert(Entry(hash: Self.hash(name[...]), start: text.count, length: name.count, index: Int32(index)))
      text += name
      count += 1
    }
    learnt = table.names.count
  }

  /// Reads on behind a name.
  ///
  /// - Returns: its index in the table and where it stands; nil when it is not known.
  func read(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout Int) -> (index: Int32, range: Range<Int>)? {
    let start = at
    var hash = Self.seed
    while at < bytes.count, Byte.isOfName(bytes[at]) {
      hash = Self.step(hash, bytes[at])
      at += 1
    }
    for slot in slots(hash) {
      guard let entry = entries[slot & (entries.count - 1)] else { return nil }
      if entry.hash == hash, entry.length == at - start, isSame(entry, bytes, start) {
        return (entry.index, start..<at)
      }
    }
    return nil
  }

  /// Where an entry may be: names that somebody chose to meet in one place are not all kept.
  private func slots(_ hash: UInt64) -> Range<Int> {
    let first = Int(truncatingIfNeeded: hash) & (entries.count - 1)
    return first..<first + 16
  }

  private func isSame(_ entry: Entry, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
    text.withUnsafeBufferPointer { Byte.areSame($0, entry.start, bytes, start, count: entry.length) }
  }

  private mutating func insert(_ entry: Entry) {
    for slot in slots(entry.hash) where entries[slot & (entries.count - 1)] == nil {
      entries[slot & (entries.count - 1)] = entry
      return
    }
  }

  private mutating func grow() {
    let before = entries
    entries = [Entry?](repeating: nil, count: before.count * 2)
    for case let entry? in before { insert(entry) }
  }

  private static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }

  private static func hash(_ name: ArraySlice<UInt8>) -> UInt64 { name.reduce(seed, step) }
}
