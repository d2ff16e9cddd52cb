import Savings
import Testing

@Suite("Control charts")
struct ControlChartTests {
  private func rates(_ counts: [Int], of: Int = 100) -> [ControlChart.Point] {
    ControlChart.laneyP.points(counts.map { .init($0, of: of, tests: of) })
  }

  private func counts(_ counts: [Int]) -> [ControlChart.Point] {
    ControlChart.xmr.points(counts.map { .init($0, tests: $0) })
  }

  private func near(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) < 1e-9 } ?? false }

  @Test("XmR: mean ± 2.66 mean moving range of the other months, ranges across the month itself left out")
  func xmr() throws {
    let points = counts([10, 12, 10, 12, 40, 12, 10, 12, 10, 12])
    let out = points[4]
    // Others: mean 100/9; ranges 2 2 2, then 2 2 2 2.
    #expect(near(out.centre, 100.0 / 9))
    #expect(near(out.upper, 100.0 / 9 + 3 * 2 / 1.128))
    #expect(out.rules == [.beyondLimits])
    #expect(points.filter(\.isOut).count == 1)
    #expect(out.others == 9)
  }

  @Test("p-chart where months differ as chance has it: p ± 3 √(p(1−p)/n) of the other months")
  func p() {
    let points = rates([20, 20, 20, 20, 20, 20, 20, 20, 40])
    #expect(near(points[8].centre, 0.2))
    #expect(near(points[8].upper, 0.2 + 3 * (0.2 * 0.8 / 100).squareRoot()))
    #expect(points[8].sigmaZ == 1)
    #expect(points[8].rules == [.beyondLimits])
    #expect(!points[0].isOut)
  }

  @Test("Laney's σz widens the limits where months differ by more")
  func laney() throws {
    let points = rates([10, 30, 10, 30, 10, 30, 10, 30, 10, 38])
    let last = points[9]
    // Others: p = 170/900; z ranges are 0.2 over √(p(1−p)/100).
    let p = 170.0 / 900
    let sigma = (p * (1 - p) / 100).squareRoot()
    #expect(near(last.sigmaZ, 0.2 / sigma / 1.128))
    #expect(near(last.upper, p + 3 * 0.2 / 1.128))
    #expect(!last.isOut)
    #expect(0.38 > p + 3 * sigma, "the plain p-chart would have called it out")
  }

  @Test("the eighth month in a row on one side is out, once")
  func run() {
    let low = [100, 104, 100, 104, 100, 104, 100, 104, 100, 104]
    let points = counts(low + low.map { $0 + 5 })
    #expect(points.indices.filter { points[$0].rules == [.runOfEight] } == [7, 17])
  }

  @Test("without enough months, cases, or any spread there are no limits, and that is said")
  func unjudged() {
    #expect(counts([10, 12, 10, 12, 10, 12, 10, 12]).allSatisfy { $0.unjudged == .tooFewMonths && $0.upper == nil })
    #expect(counts(Array(repeating: 10, count: 9)).allSatisfy { $0.unjudged == .noSpread })
    #expect(counts([4, 5, 4, 5, 4, 5, 4, 5, 99]).last?.unjudged == .tooFewCases)
    #expect(rates([2, 2, 2, 2, 2, 2, 2, 2, 90]).last?.unjudged == .tooFewCases)
    #expect(rates([0, 0, 0, 0, 0, 0, 0, 0, 0]).allSatisfy { $0.unjudged == .tooFewCases })
    let none = ControlChart.laneyP.points([.init(0, of: 0, tests: 0)])
    #expect(none.map(\.unjudged) == [.noDenominator])
    #expect(none[0].value == nil)
  }

  @Test("a month that is not over neither is judged nor sets limits")
  func notWhole() {
    let whole = [10, 12, 10, 12, 10, 12, 10, 12, 10].map { ControlChart.Entry($0, tests: $0) }
    let points = ControlChart.xmr.points(whole + [.init(1, tests: 1, isWhole: false)])
    #expect(points.last?.unjudged == .notWhole)
    #expect(points.dropLast().allSatisfy { $0.others == 8 && $0.unjudged == nil })
  }

  @Test("a month that is out is no reason to call the others out")
  func masking() {
    let points = counts([10, 12, 10, 12, 10, 12, 10, 12, 60, 10])
    #expect(points.indices.filter { points[$0].isOut } == [8])
    #expect(near(points[0].upper, 11.0 + 3 * 2 / 1.128))
    #expect(points[0].others == 8)
  }

  @Test("a month does not set the limits it is held against")
  func ownMonth() {
    let usual = rates([20, 21, 20, 21, 20, 21, 20, 21, 20])
    let other = rates([20, 21, 20, 21, 20, 21, 20, 21, 90])
    #expect(near(usual[8].upper, other[8].upper ?? 0))
  }
}
