import Dispatch

/// Which lines have a key, of one part of all keys: all places in one array, those of one bucket of keys side by side, the newest first, and
/// where each bucket begins. It is built at once and does not change. A bucket may hold lines of other keys.
final class MatchTable: @unchecked Sendable {
  /// Fewer buckets than four are not worth the trouble.
  private static let least = 2
  /// When they are laid out, a bucket has one place, or two; when it has more than so many, all are laid out anew.
  private static let crowded = 4

  let bits: Int
  let count: Int
  fileprivate(set) var starts: UnsafeMutablePointer<UInt32>
  fileprivate(set) var places: UnsafeMutablePointer<UInt32>

  /// Places are still to be filled in.
  ///
  /// - Parameter starts: the start of each bucket, and the end of the last.
  private init(bits: Int, starts: UnsafeMutablePointer<UInt32>) {
    self.bits = bits
    self.starts = starts
    count = Int(starts[1 << bits])
    places = LargeMemory.allocate(UInt32.self, capacity: max(1, count))
  }

  deinit {
    LargeMemory.deallocate(places, capacity: max(1, count))
    LargeMemory.deallocate(starts, capacity: 1 << bits + 1)
  }

  static let empty: MatchTable = MatchTable(bits: least, starts: zeros(least))

  private static func zeros(_ bits: Int) -> UnsafeMutablePointer<UInt32> {
    let starts = LargeMemory.allocate(UInt32.self, capacity: 1 << bits + 1)
    starts.initialize(repeating: 0, count: 1 << bits + 1)
    return starts
  }

  private static func bits(for count: Int) -> Int {
    max(least, Int.bitWidth - 1 - max(1, count).leadingZeroBitCount)
  }

  /// Makes of the sizes of buckets their ends.
  private static func accumulate(_ starts: UnsafeMutablePointer<UInt32>, _ bits: Int) {
    var end: UInt32 = 0
    for bucket in 0..<1 << bits {
      end += starts[bucket]
      starts[bucket] = end
    }
    starts[1 << bits] = end
  }

  @inline(__always)
  static func bucket(_ tag: UInt32, _ bits: Int) -> Int { Int(tag >> UInt32(32 - bits)) }

  /// The tables of all parts. About as many keys has a line as there are bits in eight: then a bucket has one or two places.
  static func tables(of lines: MatchLines) -> [MatchTable] {
    let bits = Self.bits(for: lines.count * 8 / MatchParts.count)
    let all = (0..<MatchParts.count).map { _ in zeros(bits) }
    // Side by side; each half of the parts goes through all lines.
    nonisolated(unsafe) let starts = all
    let half = MatchParts.count / 2
    DispatchQueue.concurrentPerform(iterations: 2) { worker in
      let own = worker * half..<(worker + 1) * half
      starts.withUnsafeBufferPointer { starts in
        each(lines, own) { _, part, tag in starts[part][bucket(tag, bits)] += 1 }
      }
      for part in own { accumulate(starts[part], bits) }
    }
    let tables = all.map { MatchTable(bits: bits, starts: $0) }
    nonisolated(unsafe) let places = tables.map(\.places)
    // From its end down, each bucket is filled; then its end is its start, and the newest is the first.
    DispatchQueue.concurrentPerform(iterations: 2) { worker in
      starts.withUnsafeBufferPointer { starts in
        places.withUnsafeBufferPointer { places in
          each(lines, worker * half..<(worker + 1) * half) { place, part, tag in
            let bucket = Self.bucket(tag, bits)
            starts[part][bucket] -= 1
            places[part][Int(starts[part][bucket])] = UInt32(place)
          }
        }
      }
    }
    return tables
  }

  @inline(__always)
  private static func each(_ lines: MatchLines, _ parts: Range<Int>, _ body: (Int, Int, UInt32) -> Void) {
    lines.each { place, line in
      MatchKeys.each(of: line) { key in
        let part = MatchParts.part(key)
        if parts.contains(part) { body(place, part, MatchParts.tag(key)) }
      }
    }
  }

  /// The table with what was chained beside it.
  ///
  /// - Parameters:
  ///   - part: that it is of.
  ///   - dropsEnded: whether lines that have ended are looked for and left out.
  func merged(_ chains: MatchChains, _ part: Int, _ lines: MatchLines, dropsEnded: Bool) -> MatchTable {
    let all = count + chains.count
    if all > Self.crowded << bits { return spread(chains, part, lines, bits: Self.bits(for: all)) }
    let sums = Self.zeros(bits)
    for entry in 0..<chains.count { sums[Self.bucket(chains.entries[entry].tag, bits)] += 1 }
    func stays(_ place: UInt32) -> Bool { !dropsEnded || !lines.hasEnded(Int(place), by: .max) }
    for bucket in 0..<1 << bits {
      if dropsEnded {
        for place in Int(starts[bucket])..<Int(starts[bucket + 1]) where stays(places[place]) { sums[bucket] += 1 }
      } else {
        sums[bucket] += starts[bucket + 1] - starts[bucket]
      }
    }
    Self.accumulate(sums, bits)
    let table = MatchTable(bits: bits, starts: sums)
    // The old behind the new, each from its end down.
    for bucket in 0..<1 << bits {
      var end = Int(sums[bucket])
      for place in (Int(starts[bucket])..<Int(starts[bucket + 1])).reversed() where stays(places[place]) {
        end -= 1
        table.places[end] = places[place]
      }
      sums[bucket] = UInt32(end)
    }
    table.fill(from: chains)
    return table
  }

  private func fill(from chains: MatchChains) {
    for entry in 0..<chains.count {
      let bucket = Self.bucket(chains.entries[entry].tag, bits)
      starts[bucket] -= 1
      places[Int(starts[bucket])] = chains.entries[entry].place
    }
  }

  /// The same with more buckets: which of them a place belongs to, its line tells.
  private func spread(_ chains: MatchChains, _ part: Int, _ lines: MatchLines, bits: Int) -> MatchTable {
    let sums = Self.zeros(bits)
    for entry in 0..<chains.count { sums[Self.bucket(chains.entries[entry].tag, bits)] += 1 }
    eachTag(part, lines) { _, tag in sums[Self.bucket(tag, bits)] += 1 }
    Self.accumulate(sums, bits)
    let table = MatchTable(bits: bits, starts: sums)
    eachTag(part, lines) { place, tag in
      let bucket = Self.bucket(tag, bits)
      sums[bucket] -= 1
      table.places[Int(sums[bucket])] = place
    }
    table.fill(from: chains)
    return table
  }

  /// Calls `body` with each place and the tag of its key, the oldest of a bucket first.
  private func eachTag(_ part: Int, _ lines: MatchLines, _ body: (UInt32, UInt32) -> Void) {
    for bucket in 0..<1 << bits {
      var index = Int(starts[bucket + 1])
      while index > Int(starts[bucket]) {
        index -= 1
        let place = places[index]
        // As often as it lies here it has keys that lead here; all of them are told at the first.
        if index + 1 < Int(starts[bucket + 1]), places[index + 1] == place { continue }
        if lines.hasEnded(Int(place), by: .max) { continue }
        MatchKeys.each(of: lines[Int(place)]) { key in
          let tag = MatchParts.tag(key)
          if MatchParts.part(key) == part, Self.bucket(tag, self.bits) == bucket { body(place, tag) }
        }
      }
    }
  }
}
