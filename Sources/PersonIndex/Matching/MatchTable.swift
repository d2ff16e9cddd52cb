import Dispatch

/// Which lines have a key: all places in one array, those of one bucket of keys side by side (a counting sort), and where each bucket
/// begins. It is built at once and does not change. A bucket may hold lines of other keys.
final class MatchTable {
  /// How many parts of the buckets are built side by side; each part goes through all lines.
  private static let parts = 2
  /// About as many keys a line has: then a bucket has one or two places.
  private static let keysPerLine = 8

  /// How many lines it holds: the first so many.
  let lines: Int
  private let shift: UInt64
  private let starts: UnsafeMutablePointer<UInt32>
  private let places: UnsafeMutablePointer<UInt32>

  init(_ all: MatchLines) {
    lines = all.count
    let bits = max(4, Int.bitWidth - 1 - max(1, lines * Self.keysPerLine).leadingZeroBitCount)
    let buckets = 1 << bits
    shift = UInt64(64 - bits)
    starts = LargeMemory.allocate(UInt32.self, capacity: buckets + 1)
    nonisolated(unsafe) let (starts, all) = (starts, all)
    let (shift, lines, perPart) = (shift, lines, buckets / Self.parts)
    DispatchQueue.concurrentPerform(iterations: Self.parts) { part in
      (starts + part * perPart).initialize(repeating: 0, count: perPart)
      Self.each(all, lines, shift, part * perPart..<(part + 1) * perPart) { _, bucket in starts[bucket] += 1 }
    }
    var end: UInt32 = 0
    for bucket in 0..<buckets {
      end += starts[bucket]
      starts[bucket] = end
    }
    (starts + buckets).initialize(to: end)
    places = LargeMemory.allocate(UInt32.self, capacity: Int(end))
    nonisolated(unsafe) let places = places
    // From its end down, each bucket is filled; then its end is its start.
    DispatchQueue.concurrentPerform(iterations: Self.parts) { part in
      Self.each(all, lines, shift, part * perPart..<(part + 1) * perPart) { place, bucket in
        starts[bucket] -= 1
        places[Int(starts[bucket])] = UInt32(place)
      }
    }
  }

  /// Calls `body` with the place and the bucket of every key that lies in some buckets.
  @inline(__always)
  private static func each(
    _ all: MatchLines, _ lines: Int, _ shift: UInt64, _ buckets: Range<Int>, _ body: (Int, Int) -> Void
  ) {
    all.each(upTo: lines) { place, line in
      MatchKeys.each(of: line) { key in
        let bucket = Int(key >> shift)
        if buckets.contains(bucket) { body(place, bucket) }
      }
    }
  }

  deinit {
    let buckets = 1 << (64 - Int(shift))
    LargeMemory.deallocate(places, capacity: Int(starts[buckets]))
    LargeMemory.deallocate(starts, capacity: buckets + 1)
  }

  @inline(__always)
  func bucket(_ key: UInt64) -> UnsafeBufferPointer<UInt32> {
    let bucket = Int(key >> shift)
    let start = Int(starts[bucket])
    return UnsafeBufferPointer(start: places + start, count: Int(starts[bucket + 1]) - start)
  }
}
