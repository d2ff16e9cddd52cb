/// Shapes in the order they are drawn, as SVG. Colours and line widths are those of the page's classes.
struct Drawing {
  enum Anchor: String {
    case start, middle, end
  }

  let width: Double
  let height: Double
  /// What it shows, for whoever does not see it.
  let label: String
  private var shapes = ""

  init(width: Double, height: Double, label: String) {
    self.width = width
    self.height = height
    self.label = label
  }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    shapes += "<line class=\"\(style)\" x1=\"\(at(x1))\" y1=\"\(at(y1))\" x2=\"\(at(x2))\" y2=\"\(at(y2))\"/>"
  }

  /// - Parameters:
  ///   - title: shown where a pointer rests.
  ///   - opacity: of its fill.
  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: String, title: String = "",
    opacity: Double? = nil
  ) {
    let fill = opacity.map { " fill-opacity=\"\(hundredths($0))\"" } ?? ""
    shapes +=
      "<rect class=\"\(style)\" x=\"\(at(x))\" y=\"\(at(y))\" width=\"\(at(width))\" height=\"\(at(height))\"\(fill)>"
      + (title.isEmpty ? "" : "<title>\(escaped(title))</title>") + "</rect>"
  }

  mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String, title: String = "") {
    shapes +=
      "<circle class=\"\(style)\" cx=\"\(at(x))\" cy=\"\(at(y))\" r=\"\(at(radius))\">"
      + (title.isEmpty ? "" : "<title>\(escaped(title))</title>") + "</circle>"
  }

  mutating func polyline(_ points: [(x: Double, y: Double)], _ style: String) {
    guard points.count > 1 else { return }
    let path = points.map { "\(at($0.x)),\(at($0.y))" }.joined(separator: " ")
    shapes += "<polyline class=\"\(style)\" points=\"\(path)\"/>"
  }

  /// - Parameter turned: by a quarter, to be read from below.
  mutating func text(
    _ x: Double, _ y: Double, _ text: String, _ anchor: Anchor = .start, _ style: String = "t", turned: Bool = false
  ) {
    let turn = turned ? " transform=\"rotate(-90 \(at(x)) \(at(y)))\"" : ""
    shapes +=
      "<text class=\"\(style)\" x=\"\(at(x))\" y=\"\(at(y))\" text-anchor=\"\(anchor.rawValue)\"\(turn)>\(escaped(text))</text>"
  }

  var svg: String {
    "<svg viewBox=\"0 0 \(at(width)) \(at(height))\" role=\"img\" aria-label=\"\(escaped(label))\">\(shapes)</svg>"
  }

  private func at(_ number: Double) -> String { String((number * 10).rounded() / 10) }
  private func hundredths(_ number: Double) -> String { String((number * 100).rounded() / 100) }
}

/// A scale from values to places.
struct Scale {
  let low: Double
  let high: Double
  let from: Double
  let to: Double

  /// - Parameters:
  ///   - values: what must fit; 0 does too where `hasZero`.
  ///   - from: the place of the lowest.
  init(_ values: [Double], from: Double, to: Double, hasZero: Bool = true) {
    let low = (hasZero ? values + [0] : values).min() ?? 0
    let high = (hasZero ? values + [0] : values).max() ?? 1
    let step = Scale.step(high - low)
    self.low = (low / step).rounded(.down) * step
    self.high = max((high / step).rounded(.up) * step, self.low + step)
    self.from = from
    self.to = to
  }

  func callAsFunction(_ value: Double) -> Double { from + (value - low) / (high - low) * (to - from) }

  /// Round values, four or so.
  var ticks: [Double] {
    let step = Scale.step(high - low)
    return stride(from: low, through: high + step / 2, by: step).map { $0 }
  }

  private static func step(_ range: Double) -> Double {
    guard range > 0 else { return 1 }
    var step = 1e-6
    while step * 10 <= range / 4 { step *= 10 }
    return [1, 2, 2.5, 5, 10].map { $0 * step }.first { range / $0 <= 5 } ?? step * 10
  }
}

extension Drawing {
  /// About how wide a text is; a Han character is as wide as two others.
  static func width(of text: String, size: Double = 11) -> Double {
    text.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E7F ? size : size * 0.58) }
  }
}
