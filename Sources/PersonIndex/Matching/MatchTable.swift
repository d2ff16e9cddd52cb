import Dispatch

/// Which lines have a key: all places in one array, those of one bucket of keys side by side (a counting sort), and where each bucket
/// begins. It is built at once and does not change. A bucket may hold lines of other keys.
final class MatchTable {
  /// How many parts of the buckets are built side by side; one after the other they also stay nearer the caches.
  private static let parts = 4

  /// How many lines it holds: the first so many.
  let lines: Int
  private let shift: UInt64
  private let starts: UnsafeMutablePointer<UInt32>
  private let places: UnsafeMutablePointer<UInt32>

  init(_ all: MatchLines) {
    lines = all.count
    var keys = 0
    all.each(upTo: lines) { _, line in MatchKeys.each(of: line) { _ in keys += 1 } }
    // One or two places a bucket.
    let bits = max(4, Int.bitWidth - 1 - max(1, keys).leadingZeroBitCount)
    let buckets = 1 << bits
    shift = UInt64(64 - bits)
    starts = .allocate(capacity: buckets + 1)
    places = .allocate(capacity: keys)
    nonisolated(unsafe) let (starts, places, all) = (starts, places, all)
    let (shift, lines, perPart) = (shift, lines, buckets / Self.parts)
    @Sendable func each(in part: Int, _ body: (Int, Int) -> Void) {
      let range = part * perPart..<(part + 1) * perPart
      all.each(upTo: lines) { place, line in
        MatchKeys.each(of: line) { key in
          let bucket = Int(key >> shift)
          if range.contains(bucket) { body(place, bucket) }
        }
      }
    }
    DispatchQueue.concurrentPerform(iterations: Self.parts) { part in
      (starts + part * perPart).initialize(repeating: 0, count: perPart)
      each(in: part) { _, bucket in starts[bucket] += 1 }
    }
    var end: UInt32 = 0
    for bucket in 0..<buckets {
      end += starts[bucket]
      starts[bucket] = end
    }
    (starts + buckets).initialize(to: end)
    // From its end down, each bucket is filled; then its end is its start.
    DispatchQueue.concurrentPerform(iterations: Self.parts) { part in
      each(in: part) { place, bucket in
        starts[bucket] -= 1
        places[Int(starts[bucket])] = UInt32(place)
      }
    }
  }

  deinit {
    starts.deallocate()
    places.deallocate()
  }

  @inline(__always)
  func bucket(_ key: UInt64) -> UnsafeBufferPointer<UInt32> {
    let bucket = Int(key >> shift)
    let start = Int(starts[bucket])
    return UnsafeBufferPointer(start: places + start, count: Int(starts[bucket + 1]) - start)
  }
}
