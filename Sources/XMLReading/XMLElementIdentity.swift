/// Two views are equal when they are of one and the same element of one tree, whatever it holds.
extension XMLElement: Hashable {
  public static func == (a: XMLElement, b: XMLElement) -> Bool { a.index == b.index && a.tree === b.tree }

  public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}

extension XMLElement {
  /// The line of the start tag, without the work of finding the path.
  public var line: Int { Int(node.line) }
}
