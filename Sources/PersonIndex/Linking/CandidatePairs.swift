/// The pairs of a table that share a blocking key.
struct CandidatePairs {
  /// A key shared by more records than this is split by a second one; nothing is left out for its size alone.
  static let bucketLimit = 400

  private var buckets: [UInt64: [Int]] = [:]
  private var keysOfRecord: [[UInt64]]

  init(_ records: [PersonRecord]) {
    let keys = records.map(BlockingKeys.init)
    keysOfRecord = keys.map(\.keys)
    for (place, keys) in keys.enumerated() {
      for key in keys.keys { buckets[key, default: []].append(place) }
    }
    for (key, members) in buckets where members.count > Self.bucketLimit {
      buckets[key] = nil
      for place in members {
        keysOfRecord[place].removeAll { $0 == key }
        for refinement in keys[place].refinements {
          let finer = (key ^ refinement) &* 0x9e37_79b9_7f4a_7c15
          buckets[finer, default: []].append(place)
          keysOfRecord[place].append(finer)
        }
      }
    }
  }

  /// Calls `body` once for every pair, the lower place first.
  func each(_ body: (Int, Int) -> Void) {
    for place in keysOfRecord.indices {
      var others: Set<Int> = []
      for key in keysOfRecord[place] {
        for other in buckets[key] ?? [] where other > place { others.insert(other) }
      }
      for other in others.sorted() { body(place, other) }
    }
  }
}
