/// How often values were seen, and how common that makes them. Values are known by their hash alone: a table of names holds no name.
struct FrequencyTable: Sendable {
  /// A table of fewer says nothing of rarer values than this.
  private static let leastTotal = 1000.0
  /// Counts up to this are corrected, when enough values were seen as often.
  private static let corrected = 5
  private static let enoughValues = 50

  private var counts: [UInt32: Int] = [:]
  private var total = 0
  /// How many values were seen once, twice, …; the first place is not used.
  private var valuesSeen = [Int](repeating: 0, count: corrected + 2)

  mutating func insert(_ value: UInt32) {
    let before = counts[value] ?? 0
    counts[value] = before + 1
    total += 1
    if before > 0, before < valuesSeen.count { valuesSeen[before] -= 1 }
    if before + 1 < valuesSeen.count { valuesSeen[before + 1] += 1 }
  }

  func count(of value: UInt32) -> Int { counts[value] ?? 0 }

  /// The share of people with a value. What was seen once is rarer than once in so many, for most values of its kind were not seen
  /// at all: a count r stands for (r+1)·N(r+1)/N(r), where N(r) values were seen r times (Good 1953, Turing), but never less than a
  /// quarter of it.
  func share(of value: UInt32) -> Double {
    let count = max(1, counts[value] ?? 0)
    var expected = Double(count)
    if count <= Self.corrected, valuesSeen[count + 1] >= Self.enoughValues {
      let estimate = Double(count + 1) * Double(valuesSeen[count + 1]) / Double(valuesSeen[count])
      expected = min(expected, max(expected / 4, estimate))
    }
    return expected / max(Double(total), Self.leastTotal)
  }

  /// No value has a smaller share than this.
  var leastShare: Double { 0.25 / max(Double(total), Self.leastTotal) }
}
