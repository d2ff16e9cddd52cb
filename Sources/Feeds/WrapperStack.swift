import XMLReading

/// The elements that are open around messages, and the prefixes they bind.
struct WrapperStack {
  private struct Wrapper {
    let name: [UInt8]
    let bindings: [NamespaceBinding]
  }

  private var wrappers: [Wrapper] = [] { didSet { madePrologue = nil } }
  private var madePrologue: [UInt8]?
  private let shapesOfRoots: NameShapes
  /// Those of the roots of messages and of the elements that are open, or were since none was.
  private(set) var shapes: NameShapes
  /// How many may be open; what is nested deeper is no wrapper of messages.
  private static let bound = 256

  init(roots: NameShapes) {
    shapesOfRoots = roots
    shapes = roots
  }

  var isEmpty: Bool { wrappers.isEmpty }
  var isFull: Bool { wrappers.count >= Self.bound }
  var count: Int { wrappers.count }

  mutating func push(_ name: UnsafeBufferPointer<UInt8>, _ bindings: [NamespaceBinding]) {
    let wrapper = Wrapper(name: Array(name), bindings: bindings)
    wrappers.append(wrapper)
    shapes.insert(wrapper.name)
  }

  /// Closes the innermost element of that name and all within it.
  mutating func pop(to index: Int) {
    wrappers.removeSubrange(index...)
    if wrappers.isEmpty { shapes = shapesOfRoots }
  }

  mutating func removeAll() { if !wrappers.isEmpty { pop(to: 0) } }

  /// The innermost open element of that local name.
  func innermost(_ local: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = local.first, shapes.mayContain(first, count: local.count) else { return nil }
    return wrappers.lastIndex { areEqual(local, $0.name) }
  }

  /// The namespaces that the open elements bind.
  var namespaces: [[UInt8]] { wrappers.flatMap { $0.bindings.map(\.value) } }

  /// A start tag that binds what the open elements bind; empty when that is nothing.
  var prologue: [UInt8] {
    mutating get {
      let prologue = madePrologue ?? makePrologue()
      madePrologue = prologue
      return prologue
    }
  }

  private func makePrologue() -> [UInt8] {
    var bound: [NamespaceBinding] = []
    var prefixes: Set<[UInt8]> = []
    for wrapper in wrappers.reversed() {
      for binding in wrapper.bindings where prefixes.insert(binding.prefix).inserted { bound.append(binding) }
    }
    bound.removeAll { $0.value.isEmpty }
    if bound.isEmpty { return [] }
    var tag = Array("<w".utf8)
    for binding in bound.prefix(256) {
      tag += Array(" xmlns".utf8) + (binding.prefix.isEmpty ? [] : [0x3A] + binding.prefix)
      tag += Array("=\"".utf8) + binding.value + [0x22]
    }
    return tag + [0x3E]
  }
}
