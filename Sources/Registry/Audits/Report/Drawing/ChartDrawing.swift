import Savings

/// A control chart: the months, their centre line and limits, and those that are out.
struct ChartDrawing {
  let title: String
  let months: [String]
  let points: [ControlChart.Point]
  let tick: (Double) -> String
  let isRate: Bool

  var svg: String {
    let (width, height, bottom, top) = (350.0, 190.0, 158.0, 32.0)
    var drawing = Drawing(width: width, height: height, label: title)
    let known = points.flatMap { [$0.value, $0.upper, $0.lower] }.compactMap { $0 }
    let scale = Scale(known, from: bottom, to: top, hasZero: isRate && (known.min() ?? 0) < 0.25)
    let left = (scale.ticks.map { Drawing.width(of: tick($0), size: 10) }.max() ?? 0) + 10
    let step = (width - left - 12) / Double(max(1, months.count - 1))
    func x(_ index: Int) -> Double { left + 6 + step * Double(index) }
    drawing.text(0, 12, title, .start, "t b")
    for value in scale.ticks {
      drawing.line(left, scale(value), width, scale(value), "grid")
      drawing.text(left - 5, scale(value) + 3.5, tick(value), .end, "t s")
    }
    for (style, value) in [("limit", \ControlChart.Point.upper), ("limit", \.lower), ("centre", \.centre)] {
      // Each month has limits of its own: a step as wide as the month.
      for run in runs(of: value) {
        drawing.polyline(
          run.flatMap { index, value in
            [(max(left, x(index) - step / 2), scale(value)), (min(width, x(index) + step / 2), scale(value))]
          }, style)
      }
    }
    for run in runs(of: \.value) { drawing.polyline(run.map { (x($0.index), scale($0.value)) }, "series") }
    for (index, point) in points.enumerated() {
      guard let value = point.value else { continue }
      let style = point.isOut ? "out" : point.unjudged == nil ? "dot" : "dot hollow"
      drawing.circle(x(index), scale(value), point.isOut ? 4.5 : 2.4, style, title: "\(months[index]) \(tick(value))")
      if point.isOut {
        let anchor: Drawing.Anchor = x(index) < left + 40 ? .start : x(index) > width - 40 ? .end : .middle
        let isHigh = value > point.centre ?? 0
        let isAbove = isHigh || scale(value) > bottom - 18
        drawing.text(x(index), scale(value) + (isAbove ? -8 : 15), months[index], anchor, "t s b")
      }
    }
    let every = max(1, Int((72 / max(step, 0.1)).rounded(.up)))
    for (index, month) in months.enumerated() where index.isMultiple(of: every) {
      drawing.text(x(index), bottom + 18, month, index == 0 ? .start : .middle, "t s")
    }
    drawing.line(left, bottom, width, bottom, "axis")
    return drawing.svg
  }

  /// Neighbouring months that have a value.
  private func runs(of value: KeyPath<ControlChart.Point, Double?>) -> [[(index: Int, value: Double)]] {
    var runs: [[(index: Int, value: Double)]] = [[]]
    for (index, point) in points.enumerated() {
      if let value = point[keyPath: value] {
        runs[runs.count - 1].append((index, value))
      } else if !runs[runs.count - 1].isEmpty {
        runs.append([])
      }
    }
    return runs
  }
}
