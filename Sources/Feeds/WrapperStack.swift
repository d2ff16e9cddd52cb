/// The elements that are open around messages, and the prefixes they bind.
struct WrapperStack {
  private struct Wrapper {
    let name: [UInt8]
    let bindings: [NamespaceBinding]
    /// Whether a message was found directly in it.
    var holdsMessage = false
  }

  private var wrappers: [Wrapper] = []
  /// How many may be open; what is nested deeper is no wrapper of messages.
  private static let bound = 256

  var isEmpty: Bool { wrappers.isEmpty }
  var isFull: Bool { wrappers.count >= Self.bound }
  var count: Int { wrappers.count }

  mutating func push(_ name: UnsafeBufferPointer<UInt8>, _ bindings: [NamespaceBinding]) {
    wrappers.append(Wrapper(name: Array(name), bindings: bindings))
  }

  /// Closes the innermost element of that name and all within it.
  mutating func pop(to index: Int) { wrappers.removeSubrange(index...) }

  mutating func removeAll() { wrappers.removeAll() }

  /// The innermost open element of that local name.
  func innermost(_ local: UnsafeBufferPointer<UInt8>) -> Int? {
    wrappers.lastIndex { areEqual(local, $0.name) }
  }

  /// A start tag that binds what the open elements bind; empty when that is nothing.
  var prologue: [UInt8] {
    var bound: [NamespaceBinding] = []
    for wrapper in wrappers.reversed() {
      for binding in wrapper.bindings where !bound.contains(where: { $0.prefix == binding.prefix }) {
        bound.append(binding)
      }
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

/// `xmlns:prefix="value"`, or `xmlns="value"` with an empty prefix.
struct NamespaceBinding: Equatable {
  var prefix: [UInt8]
  /// As it may stand between double quotes.
  var value: [UInt8]

  /// The bindings of a start tag in UTF-8. One that no parser would take is left out: it would spoil every message.
  static func all(in tag: [UInt8]) -> [NamespaceBinding] {
    var result: [NamespaceBinding] = []
    var rest = tag[...]
    while let begin = rest.firstRange(of: Array("xmlns".utf8)) {
      let precedes = begin.lowerBound > tag.startIndex ? tag[begin.lowerBound - 1] : 0
      rest = rest[begin.upperBound...]
      guard precedes <= 0x20, let equals = rest.firstIndex(of: 0x3D) else { continue }
      let name = rest[..<equals].filter { $0 > 0x20 }
      guard name.isEmpty || name.count > 1 && name[0] == 0x3A && !name.dropFirst().contains(0x3A) else { continue }
      let value = rest[(equals + 1)...].drop { $0 <= 0x20 }
      guard let quote = value.first, quote == 0x22 || quote == 0x27 else { continue }
      let content = value.dropFirst().prefix { $0 != quote }
      rest = rest[content.endIndex...].dropFirst()
      let prefix = Array(name.dropFirst())
      if content.contains(0x3C) || prefix == Array("xml".utf8) || prefix == Array("xmlns".utf8) { continue }
      result.append(NamespaceBinding(prefix: prefix, value: quoted(Array(content))))
    }
    return result
  }

  private static func quoted(_ value: [UInt8]) -> [UInt8] {
    let repaired = value.withUnsafeBufferPointer { MarkupRepair.repair($0)?.bytes } ?? value
    return repaired.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x22: Array("&quot;".utf8)
      // A line break would shift the lines of the message.
      case 0..<0x20: [0x20]
      default: [byte]
      }
    }
  }
}
