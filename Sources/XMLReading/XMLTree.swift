/// One document as a tree in four flat arrays. Built once, never changed; elements are views into it.
public final class XMLTree: Sendable {
  struct Node: Sendable {
    /// Index into `names`; -1 for a run of text that follows a child element.
    var name: Int32
    var parent: Int32
    var firstChild: Int32 = -1
    var nextSibling: Int32 = -1
    var textStart: Int32 = 0
    var textLength: Int32 = 0
    var attributeStart: Int32 = 0
    var attributeCount: Int32 = 0
    var line: Int32
    var column: Int32
  }

  struct Attribute: Sendable {
    var name: Int32
    var start: Int32
    var length: Int32
  }

  let nodes: [Node]
  let attributes: [Attribute]
  let text: [UInt8]
  let names: [String]
  /// Of each name the number after its last dot (`OBX.3` → 3), or -1.
  let numbers: [Int32]
  /// The namespace of the root element, where it has one.
  public let rootNamespace: String?
  /// The namespaces of the first elements, as far down as the limits say.
  let namespaces: [Int32: String]

  init(
    nodes: [Node], attributes: [Attribute], text: [UInt8], names: [String], numbers: [Int32], rootNamespace: String?,
    namespaces: [Int32: String] = [:]
  ) {
    self.nodes = nodes
    self.attributes = attributes
    self.text = text
    self.names = names
    self.numbers = numbers
    self.rootNamespace = rootNamespace
    self.namespaces = namespaces
  }

  /// The document element.
  public var root: XMLElement { XMLElement(tree: self, index: 0) }

  func string(_ start: Int32, _ length: Int32) -> String {
    if length == 0 { return "" }
    return text.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[Int(start)..<Int(start + length)]), as: UTF8.self)
    }
  }
}

/// Builds a tree from events in document order; for readers of other notations (FHIR JSON) as well as for XML.
public struct XMLTreeBuilder {
  private var nodes: [XMLTree.Node] = []
  private var attributes: [XMLTree.Attribute] = []
  private var text: [UInt8] = []
  /// The innermost open element, or -1, and its last child so far, or -1.
  private var current: Int32 = -1
  private var lastChild: Int32 = -1
  /// How many elements are open.
  public private(set) var depth = 0
  /// The root element's namespace, set by who knows it.
  public var rootNamespace: String?
  private var namespaces: [Int32: String] = [:]

  public init() {}

  /// How many elements and text runs there are.
  public var count: Int { nodes.count }
  /// Bytes of character data so far, attributes included.
  public var textLength: Int { text.count }

  mutating func reserve(bytes: Int) {
    nodes.reserveCapacity(bytes / 10 + 8)
    text.reserveCapacity(bytes / 3 + 64)
  }

  public mutating func start(name: Int32, line: Int, column: Int) {
    let index = append(
      XMLTree.Node(
        name: name, parent: current, attributeStart: Int32(attributes.count), line: Int32(clamping: line),
        column: Int32(clamping: column)))
    current = index
    lastChild = -1
    depth += 1
  }

  /// - Returns: its index.
  @inline(__always)
  private mutating func append(_ node: XMLTree.Node) -> Int32 {
    let index = Int32(nodes.count)
    nodes.append(node)
    if lastChild >= 0 {
      nodes[Int(lastChild)].nextSibling = index
    } else if current >= 0 {
      nodes[Int(current)].firstChild = index
    }
    return index
  }

  /// Says in which namespace the element opened last is.
  mutating func namespace(_ name: String) { namespaces[current] = name }

  /// Adds an attribute to the element opened last.
  public mutating func attribute(name: Int32, value: UnsafeBufferPointer<UInt8>) {
    attributes.append(.init(name: name, start: Int32(text.count), length: Int32(value.count)))
    text.append(contentsOf: value)
    nodes[nodes.count - 1].attributeCount += 1
  }

  /// Adds character data to the innermost open element. White space alone between children is left out.
  public mutating func characters(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard current >= 0, bytes.count > 0 else { return }
    let target = Int(lastChild < 0 ? current : lastChild)
    let isRun = lastChild < 0 || nodes[target].name == -1
    if isRun, nodes[target].textLength > 0 {
      text.append(contentsOf: bytes)
      nodes[target].textLength += Int32(bytes.count)
      return
    }
    if bytes.allSatisfy({ $0 == 32 || $0 == 10 || $0 == 13 || $0 == 9 }) {
      if lastChild >= 0 || bytes.count > 1 && bytes[0] != 32 { return }
    }
    if lastChild < 0 {
      nodes[target].textStart = Int32(text.count)
      nodes[target].textLength = Int32(bytes.count)
    } else {
      let parent = nodes[Int(current)]
      lastChild = append(
        XMLTree.Node(
          name: -1, parent: current, textStart: Int32(text.count), textLength: Int32(bytes.count), line: parent.line,
          column: parent.column))
    }
    text.append(contentsOf: bytes)
  }

  public mutating func end() {
    lastChild = current
    current = nodes[Int(current)].parent
    depth -= 1
  }

  /// The tree of what came so far, which may be less than a whole document. nil when nothing came.
  public func tree(names: [String]) -> XMLTree? {
    tree(names: names, numbers: names.map(XMLTreeBuilder.number(of:)))
  }

  func tree(names: [String], numbers: [Int32]) -> XMLTree? {
    nodes.isEmpty
      ? nil
      : XMLTree(
        nodes: nodes, attributes: attributes, text: text, names: names, numbers: numbers, rootNamespace: rootNamespace,
        namespaces: namespaces)
  }

  /// The number after the last dot of a name, or -1.
  static func number(of name: String) -> Int32 {
    var value: Int32 = 0
    var scale: Int32 = 1
    for byte in name.utf8.reversed() {
      if byte == 46 { return scale == 1 ? -1 : value }
      guard byte >= 48, byte <= 57, scale < 10_000 else { return -1 }
      value += Int32(byte - 48) * scale
      scale *= 10
    }
    return -1
  }

  /// The path of the innermost open element.
  func openPath(names: [String]) -> String {
    var path = ""
    var node = current
    while node >= 0 {
      path = "/" + names[Int(nodes[Int(node)].name)] + path
      node = nodes[Int(node)].parent
    }
    return path.isEmpty ? "/" : path
  }
}
