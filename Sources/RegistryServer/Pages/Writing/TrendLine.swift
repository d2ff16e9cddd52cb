import Clinical

/// Numbers of one item over time, drawn on the server: the last of them, within the range where one is known.
struct TrendLine: Sendable {
  struct Point: Sendable {
    var at: Instant
    var value: Double
    var isAbnormal: Bool
  }

  /// The oldest first.
  let points: [Point]
  var low: Double?
  var high: Double?

  private static let most = 40
  private static let (width, height, edge) = (240.0, 60.0, 6.0)

  /// - Returns: nil for fewer than two numbers.
  init?(_ points: [Point], low: Double?, high: Double?) {
    guard points.count > 1 else { return nil }
    self.points = Array(points.sorted { $0.at < $1.at }.suffix(Self.most))
    (self.low, self.high) = (low, high)
  }

  /// - Parameter label: what it shows, in words, for whoever does not see it.
  func picture(_ label: String) -> HTML {
    let values = points.map(\.value) + [low, high].compactMap { $0 }
    let (least, greatest) = (values.min() ?? 0, values.max() ?? 1)
    let span = greatest > least ? greatest - least : 1
    func y(_ value: Double) -> Double {
      Self.height - Self.edge - (value - least) / span * (Self.height - 2 * Self.edge)
    }
    let start = points[0].at.milliseconds
    let time = Double(max(1, points[points.count - 1].at.milliseconds - start))
    func x(_ at: Instant) -> Double {
      Self.edge + Double(at.milliseconds - start) / time * (Self.width - 2 * Self.edge)
    }
    let line = points.map { "\(tenths(x($0.at))),\(tenths(y($0.value)))" }.joined(separator: " ")
    return tag(
      "svg", .init("xmlns", "http://www.w3.org/2000/svg"), .class("trend"), .init("viewBox", "0 0 240 60"),
      .init("role", "img"), .init("aria-label", label)
    ) {
      if low != nil || high != nil {
        let (top, bottom) = (y(high ?? greatest), y(low ?? least))
        tag(
          "rect", .class("range"), .init("x", "0"), .init("width", "240"), .init("y", tenths(top)),
          .init("height", tenths(max(1, bottom - top))))
      }
      tag("polyline", .class("line"), .init("points", line))
      for point in points where point.isAbnormal || point.at == points[points.count - 1].at {
        tag(
          "circle", .class(point.isAbnormal ? "out" : "dot"), .init("r", point.isAbnormal ? "3" : "2.5"),
          .init("cx", tenths(x(point.at))), .init("cy", tenths(y(point.value))))
      }
    }
  }

  private func tenths(_ number: Double) -> String {
    let rounded = (number * 10).rounded() / 10
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
