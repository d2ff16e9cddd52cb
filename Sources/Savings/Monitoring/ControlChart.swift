/// A Shewhart chart: each month is held against limits of three sigma made of the institution's other whole months, so that no month
/// excuses itself. Months that lie beyond three sigma of the medians set no limits, so that one bad month does not accuse the others.
public enum ControlChart: String, Sendable, Encodable {
  /// Individuals and moving ranges, for counts and amounts (D. J. Wheeler): mean ± 2.66 mean moving range.
  case xmr = "XmR"
  /// A p-chart whose limits are widened by as much as months differ beyond chance (D. B. Laney, Quality Engineering 14, 2002):
  /// p ± 3 σz √(p(1−p)/n). σz is never taken below 1, where it is the plain p-chart.
  case laneyP = "Laney p′"

  /// What a point that is out breaks.
  public enum Rule: String, Sendable, Codable {
    /// Beyond a limit of three sigma (Western Electric rule 1).
    case beyondLimits = "beyond-limits"
    /// The eighth month in a row on one side of the centre line (Western Electric rule 4): told once for each eight.
    case runOfEight = "run-of-eight"
  }

  /// Why a month is not held against limits.
  public enum Unjudged: String, Sendable, Encodable {
    /// It is not over, or cut by the period.
    case notWhole = "month-not-whole"
    /// There is nothing it could be a rate of.
    case noDenominator = "no-denominator"
    case tooFewMonths = "too-few-months"
    /// What is expected of either kind is below 5, or the other months have fewer tests than 5 on average: the limits would not hold.
    case tooFewCases = "too-few-cases"
    /// The other months are all alike.
    case noSpread = "no-spread"
  }

  /// A month as it goes in.
  public struct Entry: Sendable {
    public var count: Int
    /// What the count is of; nil for what is no rate.
    public var of: Int?
    /// The tests behind it.
    public var tests: Int
    public var isWhole: Bool

    public init(_ count: Int, of: Int? = nil, tests: Int, isWhole: Bool = true) {
      self.count = count
      self.of = of
      self.tests = tests
      self.isWhole = isWhole
    }

    var value: Double? {
      guard let of else { return Double(count) }
      return of == 0 ? nil : Double(count) / Double(of)
    }
  }

  /// A month as the chart shows it.
  public struct Point: Sendable, Encodable {
    public var count: Int
    public var of: Int?
    /// nil: not computed.
    public var value: Double?
    public var centre: Double?
    public var lower: Double?
    public var upper: Double?
    /// The spread that the limits are three of.
    public var sigma: Double?
    /// How much wider than chance months differ; of Laney's chart only.
    public var sigmaZ: Double?
    /// The other months that the limits are made of.
    public var others: Int
    public var unjudged: Unjudged?
    public var rules: [Rule] = []

    public var isOut: Bool { !rules.isEmpty }
  }

  /// Fewer other months give no limits.
  public static let fewestMonths = 8
  /// Limits of fewer other months are trial limits (D. C. Montgomery, Introduction to Statistical Quality Control).
  public static let settledMonths = 20

  /// The points of consecutive months.
  public func points(_ entries: [Entry]) -> [Point] {
    let whole = entries.indices.filter { entries[$0].isWhole && entries[$0].value != nil }
    let screen = ChartLimits(of: whole, entries, isRate: self == .laneyP, isRobust: true)
    let steady = whole.filter { screen.hold(entries[$0]) }
    var points = entries.indices.map { point(at: $0, entries, steady) }
    var run = 0
    var isAbove = false
    for index in points.indices {
      guard let value = points[index].value, let centre = points[index].centre, value != centre else {
        run = 0
        continue
      }
      run = run > 0 && isAbove == (value > centre) ? run + 1 : 1
      isAbove = value > centre
      if run == 8 {
        points[index].rules.append(.runOfEight)
        run = 0
      }
    }
    return points
  }

  /// - Parameter steady: the months that may set limits.
  private func point(at index: Int, _ entries: [Entry], _ steady: [Int]) -> Point {
    let entry = entries[index]
    let others = steady.filter { $0 != index }
    var point = Point(count: entry.count, of: entry.of, value: entry.value, others: others.count)
    guard let value = entry.value else {
      point.unjudged = .noDenominator
      return point
    }
    guard entry.isWhole else {
      point.unjudged = .notWhole
      return point
    }
    guard others.count >= ControlChart.fewestMonths else {
      point.unjudged = .tooFewMonths
      return point
    }
    let limits = ChartLimits(of: others, entries, isRate: self == .laneyP)
    let expected =
      entry.of.map { Double($0) * min(limits.centre, 1 - limits.centre) }
      ?? Double(others.reduce(0) { $0 + entries[$1].tests }) / Double(others.count)
    let sigma = limits.sigma(entry)
    guard expected >= 5, sigma > 0 else {
      point.unjudged = expected < 5 ? .tooFewCases : .noSpread
      return point
    }
    point.centre = limits.centre
    point.sigma = sigma
    point.sigmaZ = limits.sigmaZ
    point.lower = max(0, limits.centre - 3 * sigma)
    point.upper = self == .laneyP ? min(1, limits.centre + 3 * sigma) : limits.centre + 3 * sigma
    if value < point.lower ?? 0 || value > point.upper ?? .infinity { point.rules = [.beyondLimits] }
    return point
  }
}
