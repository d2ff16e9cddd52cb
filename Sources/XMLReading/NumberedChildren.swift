/// The children of an element whose names end in a number (`OBX.1`, `OBX.2`…), found by that number without comparing names.
public struct NumberedChildren: Sendable {
  private let tree: XMLTree
  /// Number and node, in document order.
  private var entries: [(number: Int32, node: Int32)] = []

  init(of element: XMLElement) {
    tree = element.tree
    entries.reserveCapacity(16)
    var child = element.node.firstChild
    while child >= 0 {
      let node = tree.nodes[Int(child)]
      if node.name >= 0 { entries.append((tree.numbers[Int(node.name)], child)) }
      child = node.nextSibling
    }
  }

  /// The first of that number.
  public func first(_ number: Int) -> XMLElement? {
    for entry in entries where entry.number == number { return XMLElement(tree: tree, index: entry.node) }
    return nil
  }

  /// All of that number, in order.
  public func all(_ number: Int) -> [XMLElement] {
    var result: [XMLElement] = []
    for entry in entries where entry.number == number { result.append(XMLElement(tree: tree, index: entry.node)) }
    return result
  }
}
