/// An element of a tree. Names are local names; elements of the `urn:hl7-org:sdtc` extension are named `sdtc:…`,
/// attributes of XML Schema instance `xsi:…`.
public struct XMLElement: Sendable {
  public let tree: XMLTree
  let index: Int32

  var node: XMLTree.Node { tree.nodes[Int(index)] }

  public var name: String { tree.names[Int(node.name)] }

  /// Nil where it is in none, or lies deeper than `XMLLimits.namespaceDepth`.
  public var namespace: String? { tree.namespaces[index] }

  /// The number after the last dot of the name (`OBX.3` → 3), or -1.
  public var number: Int { Int(tree.numbers[Int(node.name)]) }

  /// The character data directly within this element, as it stands.
  public var text: String {
    let node = node
    var result = tree.string(node.textStart, node.textLength)
    var child = node.firstChild
    while child >= 0 {
      let next = tree.nodes[Int(child)]
      if next.name == -1 { result += tree.string(next.textStart, next.textLength) }
      child = next.nextSibling
    }
    return result
  }

  /// All character data below this element, in document order.
  public var wholeText: String {
    let node = node
    var result = tree.string(node.textStart, node.textLength)
    var child = node.firstChild
    while child >= 0 {
      result += XMLElement(tree: tree, index: child).wholeText
      child = tree.nodes[Int(child)].nextSibling
    }
    return result
  }

  /// The content in document order: runs of text, and elements.
  public enum Piece {
    case text(String)
    case element(XMLElement)
  }

  /// Text and child elements in order, for mixed content (`FT` with `<escape/>`, CDA narrative).
  public var pieces: [Piece] {
    var result: [Piece] = []
    if node.textLength > 0 { result.append(.text(tree.string(node.textStart, node.textLength))) }
    var child = node.firstChild
    while child >= 0 {
      let next = tree.nodes[Int(child)]
      result.append(
        next.name == -1
          ? .text(tree.string(next.textStart, next.textLength)) : .element(XMLElement(tree: tree, index: child)))
      child = next.nextSibling
    }
    return result
  }

  /// Whether there is any child element.
  public var hasChildren: Bool {
    var iterator = children.makeIterator()
    return iterator.next() != nil
  }

  public var children: Children { Children(tree: tree, first: node.firstChild) }

  public var parent: XMLElement? {
    let parent = node.parent
    return parent < 0 ? nil : XMLElement(tree: tree, index: parent)
  }

  /// The first child of that name.
  public func first(_ name: String) -> XMLElement? {
    var child = node.firstChild
    while child >= 0 {
      let next = tree.nodes[Int(child)]
      if next.name >= 0, tree.names[Int(next.name)] == name { return XMLElement(tree: tree, index: child) }
      child = next.nextSibling
    }
    return nil
  }

  /// The first element reached by following names down, each step the first child of that name.
  public func first(_ name: String, _ more: String...) -> XMLElement? {
    var element = first(name)
    for step in more {
      guard let here = element else { return nil }
      element = here.first(step)
    }
    return element
  }

  /// All children of that name, in order.
  public func all(_ name: String) -> [XMLElement] {
    var result: [XMLElement] = []
    var child = node.firstChild
    while child >= 0 {
      let next = tree.nodes[Int(child)]
      if next.name >= 0, tree.names[Int(next.name)] == name { result.append(XMLElement(tree: tree, index: child)) }
      child = next.nextSibling
    }
    return result
  }

  /// All elements of that name below this one, in document order, not looking inside those found.
  public func descendants(_ name: String) -> [XMLElement] {
    var result: [XMLElement] = []
    for child in children {
      if child.name == name { result.append(child) } else { result += child.descendants(name) }
    }
    return result
  }

  /// The value of an attribute; nil when it is not there.
  public func attribute(_ name: String) -> String? {
    let node = node
    if node.attributeCount == 0 { return nil }
    for position in Int(node.attributeStart)..<Int(node.attributeStart + node.attributeCount) {
      let attribute = tree.attributes[position]
      if tree.names[Int(attribute.name)] == name { return tree.string(attribute.start, attribute.length) }
    }
    return nil
  }

  /// Names and values of all attributes.
  public var attributes: [(name: String, value: String)] {
    let node = node
    return (Int(node.attributeStart)..<Int(node.attributeStart + node.attributeCount)).map {
      let attribute = tree.attributes[$0]
      return (tree.names[Int(attribute.name)], tree.string(attribute.start, attribute.length))
    }
  }

  /// Where the element's start tag stands, with `[n]` where it is not the only one of its name beside it.
  public var location: XMLLocation {
    XMLLocation(line: Int(node.line), column: Int(node.column), path: path)
  }

  /// Names from the root to here.
  public var path: String {
    guard let parent else { return "/" + name }
    let own = node.name
    var count = 0
    var position = 0
    var sibling = parent.node.firstChild
    while sibling >= 0 {
      let next = tree.nodes[Int(sibling)]
      if next.name == own { count += 1 }
      if sibling == index { position = count }
      sibling = next.nextSibling
    }
    return parent.path + "/" + name + (count > 1 ? "[\(position)]" : "")
  }

  /// The child elements of an element.
  public struct Children: Sequence, IteratorProtocol, Sendable {
    let tree: XMLTree
    var upcoming: Int32

    init(tree: XMLTree, first: Int32) {
      self.tree = tree
      self.upcoming = first
    }

    public mutating func next() -> XMLElement? {
      while upcoming >= 0 {
        let here = upcoming
        let node = tree.nodes[Int(here)]
        upcoming = node.nextSibling
        if node.name >= 0 { return XMLElement(tree: tree, index: here) }
      }
      return nil
    }
  }
}
