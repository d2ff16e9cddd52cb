extension XMLElement {
  /// An element by its number in its tree. What is read a hundred times a message is addressed so, because every `XMLElement` counts
  /// a reference to its tree.
  public struct ID: Sendable {
    let index: Int32
  }

  public var id: ID { ID(index: index) }
}

/// The numbers from 1 on that occur among the children of an element, those from 63 on as one: to know at once that one does not.
public struct NumberSet: Sendable {
  private var bits: UInt64 = 0
  /// Those that came again.
  private var repeated: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ number: Int) {
    if number <= 0 { return }
    let bit: UInt64 = 1 << UInt64(min(number, 63))
    repeated |= bits & bit
    bits |= bit
  }

  /// Whether it may have come twice; beyond 62 only whether any such has.
  public func mayRepeat(_ number: Int) -> Bool { repeated & 1 << UInt64(min(number, 63)) != 0 }

  /// Whether it may be there; beyond 62 only whether any such is.
  public func mayContain(_ number: Int) -> Bool { bits & 1 << UInt64(min(number, 63)) != 0 }
}

/// Elements whose names end in a number (`OBX.5`, `CE.1`), found by it without comparing names.
extension XMLTree {
  public subscript(id: XMLElement.ID) -> XMLElement { XMLElement(tree: self, index: id.index) }

  /// The first child of that number.
  public func child(_ number: Int, of element: XMLElement.ID) -> XMLElement.ID? {
    find(number, from: nodes[Int(element.index)].firstChild)
  }

  /// The next sibling of the same number.
  public func repetition(after element: XMLElement.ID) -> XMLElement.ID? {
    let node = nodes[Int(element.index)]
    return find(Int(numbers[Int(node.name)]), from: node.nextSibling)
  }

  private func find(_ number: Int, from first: Int32) -> XMLElement.ID? {
    // What an import asks most often: a field is found by passing over those before it.
    nodes.withUnsafeBufferPointer { nodes in
      numbers.withUnsafeBufferPointer { numbers in
        var index = first
        while index >= 0 {
          let node = nodes.baseAddress! + Int(index)
          if node.pointee.name >= 0, numbers[Int(node.pointee.name)] == number { return XMLElement.ID(index: index) }
          index = node.pointee.nextSibling
        }
        return nil
      }
    }
  }

  /// Whether any child has a number.
  public func hasNumberedChildren(_ element: XMLElement.ID) -> Bool { !childNumbers(of: element).isEmpty }

  /// The numbers that the children have.
  public func childNumbers(of element: XMLElement.ID) -> NumberSet {
    nodes.withUnsafeBufferPointer { nodes in
      numbers.withUnsafeBufferPointer { numbers in
        var set = NumberSet()
        var index = nodes[Int(element.index)].firstChild
        while index >= 0 {
          let node = nodes.baseAddress! + Int(index)
          if node.pointee.name >= 0 { set.insert(Int(numbers[Int(node.pointee.name)])) }
          index = node.pointee.nextSibling
        }
        return set
      }
    }
  }

  /// Whether there is nothing but one run of text in an element.
  public func isText(_ element: XMLElement.ID) -> Bool { nodes[Int(element.index)].firstChild < 0 }

  /// What is made of the text before an element's first child.
  public func withText(
    _ element: XMLElement.ID, _ read: (UnsafeBufferPointer<UInt8>) -> String?
  ) -> String? {
    let node = nodes[Int(element.index)]
    return text.withUnsafeBufferPointer {
      read(UnsafeBufferPointer(rebasing: $0[Int(node.textStart)..<Int(node.textStart + node.textLength)]))
    }
  }
}
