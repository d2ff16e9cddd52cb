/// Who tested (rows) and who was spared (columns): the darker, the more.
struct FlowMatrix {
  let label: String
  let rowTitle: String
  let columnTitle: String
  let names: [String]
  /// By row, then column; nil: nothing flowed.
  let values: [[Double?]]
  let figure: (Double) -> String

  var svg: String {
    let left = (names.map { Drawing.width(of: $0) }.max() ?? 0) + 30
    let cell = min(52, (720 - left) / Double(max(1, names.count)))
    let top = (names.map { Drawing.width(of: $0) }.max() ?? 0) + 30
    let side = cell * Double(names.count)
    let height = max(24, cell * 0.62)
    var drawing = Drawing(width: 720, height: top + height * Double(names.count) + 6, label: label)
    let most = values.flatMap { $0 }.compactMap { $0 }.max() ?? 1
    drawing.text(left, 12, columnTitle + " →", .start, "t b")
    drawing.text(12, top + height * Double(names.count), rowTitle + " →", .start, "t b", turned: true)
    for (index, name) in names.enumerated() {
      drawing.text(left + cell * (Double(index) + 0.5) + 4, top - 5, name, .start, "t", turned: true)
      drawing.text(left - 6, top + height * (Double(index) + 0.5) + 4, name, .end)
    }
    for (row, own) in values.enumerated() {
      for (column, value) in own.enumerated() {
        let (x, y) = (left + cell * Double(column), top + height * Double(row))
        guard let value else {
          drawing.rectangle(x, y, cell, height, row == column ? "none own" : "none")
          continue
        }
        let shade = most > 0 ? max(0, value) / most : 0
        drawing.rectangle(
          x, y, cell, height, "flow", title: "\(names[row]) → \(names[column]) \(figure(value))",
          opacity: 0.08 + 0.82 * shade)
        drawing.text(x + cell / 2, y + height / 2 + 3.5, figure(value), .middle, shade > 0.5 ? "t s inverse" : "t s")
      }
    }
    drawing.rectangle(left, top, side, height * Double(names.count), "frame")
    return drawing.svg
  }
}
