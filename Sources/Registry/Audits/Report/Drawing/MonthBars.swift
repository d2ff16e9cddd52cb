/// Bars by month, several beside each other.
struct MonthBars {
  struct Series {
    let title: String
    /// Of the page's fills.
    let style: String
    let values: [Double]
  }

  let label: String
  let months: [String]
  let series: [Series]
  let tick: (Double) -> String

  var svg: String {
    let (width, height, bottom, top) = (720.0, 270.0, 232.0, 34.0)
    var drawing = Drawing(width: width, height: height, label: label)
    let scale = Scale(series.flatMap(\.values), from: bottom, to: top)
    let left = (scale.ticks.map { Drawing.width(of: tick($0)) }.max() ?? 0) + 12
    for value in scale.ticks {
      drawing.line(left, scale(value), width, scale(value), value == 0 ? "axis" : "grid")
      drawing.text(left - 6, scale(value) + 4, tick(value), .end)
    }
    var x = left
    for one in series {
      drawing.rectangle(x, 6, 14, 11, one.style)
      drawing.text(x + 19, 15, one.title)
      x += 40 + Drawing.width(of: one.title)
    }
    let group = (width - left) / Double(max(1, months.count))
    let bar = min(26, group * 0.82 / Double(max(1, series.count)))
    let every = max(1, Int((58 / group).rounded(.up)))
    for (index, month) in months.enumerated() {
      let middle = left + group * (Double(index) + 0.5)
      for (place, one) in series.enumerated() {
        let value = one.values[index]
        let start = middle + bar * (Double(place) - Double(series.count) / 2)
        let (upper, lower) = (min(scale(value), scale(0)), max(scale(value), scale(0)))
        drawing.rectangle(
          start, upper, bar, lower - upper, one.style, title: "\(month) \(one.title) \(tick(value))")
      }
      if index.isMultiple(of: every) { drawing.text(middle, bottom + 18, month, .middle) }
    }
    return drawing.svg
  }
}
