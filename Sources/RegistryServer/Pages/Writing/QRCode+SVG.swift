extension QRCode {
  /// As a picture, with the four free modules around it that readers need.
  ///
  /// - Parameter label: what it is, for whoever does not see it.
  func picture(_ label: String) -> HTML {
    var path = ""
    for y in 0..<size {
      var x = 0
      while x < size {
        guard self[x, y] else {
          x += 1
          continue
        }
        let start = x
        while x < size, self[x, y] { x += 1 }
        path += "M\(start + 4) \(y + 4)h\(x - start)v1H\(start + 4)z"
      }
    }
    let side = "\(size + 8)"
    return tag(
      "svg", .init("xmlns", "http://www.w3.org/2000/svg"), .init("viewBox", "0 0 \(side) \(side)"), .class("qr"),
      .init("role", "img"), .init("aria-label", label), .init("shape-rendering", "crispEdges")
    ) {
      tag("rect", .init("width", side), .init("height", side), .init("fill", "#fff"))
      tag("path", .init("d", path), .init("fill", "#000"))
    }
  }
}
