/// Bars from the left, one under the other, each with its figure; a second one beside the first where there is one.
struct ShareBars {
  struct Bar {
    let label: String
    let style: String
    let value: Double
    let figure: String
  }

  let label: String
  /// What each fill means; empty where there is one.
  var legend: [(title: String, style: String)] = []
  /// Bars that stand together, under one label: that of the first.
  let groups: [[Bar]]
  /// The end of the scale; nil: the longest bar.
  var end: Double?

  var svg: String {
    // Many bars are kept to half a page.
    let (width, thickness, gap) = groups.count > 14 ? (720.0, 10.0, 4.0) : (720.0, 13.0, 8.0)
    let top = legend.isEmpty ? 4.0 : 28.0
    let height = groups.reduce(top) { $0 + Double($1.count) * thickness + gap } + 2
    var drawing = Drawing(width: width, height: height, label: label)
    let bars = groups.flatMap { $0 }
    let left = min(430, (groups.compactMap { $0.first.map { Drawing.width(of: $0.label) } }.max() ?? 0) + 10)
    let right = width - (bars.map { Drawing.width(of: $0.figure) }.max() ?? 0) - 10
    let most = max(end ?? bars.map(\.value).max() ?? 0, 1e-9)
    var x = left
    for entry in legend {
      drawing.rectangle(x, 4, 14, 11, entry.style)
      drawing.text(x + 19, 13, entry.title)
      x += 40 + Drawing.width(of: entry.title)
    }
    var y = top
    for group in groups {
      let middle = y + Double(group.count) * thickness / 2 + 4
      if let first = group.first { drawing.text(left - 6, middle, first.label, .end) }
      for bar in group {
        let length = max(0, bar.value) / most * (right - left)
        drawing.rectangle(left, y + 1, length, thickness - 2, bar.style, title: "\(bar.label) \(bar.figure)")
        drawing.text(left + length + 5, y + thickness - 1.5, bar.figure, .start, "t s")
        y += thickness
      }
      y += gap
    }
    drawing.line(left, top, left, height - 4, "axis")
    return drawing.svg
  }
}
