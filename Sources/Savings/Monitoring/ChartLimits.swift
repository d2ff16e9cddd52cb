/// Centre and spread of a control chart, made of some of its months.
struct ChartLimits {
  let centre: Double
  /// Of single values of an XmR chart; of Laney's chart how much wider than chance months differ, at least 1.
  private let spread: Double
  private let isRate: Bool

  /// - Parameters:
  ///   - months: places among the entries, each with a value.
  ///   - isRobust: medians in place of means, which months far out hardly move.
  init(of months: [Int], _ entries: [ControlChart.Entry], isRate: Bool, isRobust: Bool = false) {
    self.isRate = isRate
    let values = months.map { entries[$0].value ?? 0 }
    let total = months.reduce(0) { $0 + (isRate ? entries[$1].of ?? 0 : 1) }
    let mean = months.reduce(0) { $0 + Double(entries[$1].count) } / Double(max(1, total))
    let median = values.sorted().nearestRank(50) ?? mean
    // Half the months without a case say nothing of the spread.
    let centre = isRobust && !(isRate && (median == 0 || median == 1)) ? median : mean
    self.centre = centre
    func scaled(_ month: Int) -> Double {
      guard isRate else { return entries[month].value ?? 0 }
      let chance = ChartLimits.chance(centre, entries[month])
      return chance == 0 ? 0 : ((entries[month].value ?? 0) - centre) / chance
    }
    let ranges = zip(months, months.dropFirst()).filter { $1 == $0 + 1 }.map { abs(scaled($0) - scaled($1)) }
    // A range of two is 1.128 sigma on average (d₂), 0.954 in the middle (d₄).
    let middle = isRobust ? (ranges.sorted().nearestRank(50) ?? 0) / 0.954 : 0
    let sigma = middle > 0 ? middle : ranges.reduce(0, +) / Double(max(1, ranges.count)) / 1.128
    spread = isRate ? max(1, sigma) : sigma
  }

  var sigmaZ: Double? { isRate ? spread : nil }

  /// What the limits of a month are three of.
  func sigma(_ entry: ControlChart.Entry) -> Double {
    isRate ? ChartLimits.chance(centre, entry) * spread : spread
  }

  /// Whether a month lies within them.
  func hold(_ entry: ControlChart.Entry) -> Bool {
    entry.value.map { abs($0 - centre) <= 3 * sigma(entry) } ?? false
  }

  /// The standard deviation of a rate by chance alone.
  private static func chance(_ rate: Double, _ entry: ControlChart.Entry) -> Double {
    (rate * (1 - rate) / Double(max(1, entry.of ?? 1))).squareRoot()
  }
}
