import Glibc

/// Reads plain documents: elements, attributes, text and the five predefined entities, in UTF-8 with LF at the line ends. Nearly
/// every message is one, and this takes a fraction of the time of libxml2 and its callbacks.
///
/// It judges nothing. Whatever else a document holds, and whatever may be wrong with it, makes it give up, and libxml2 reads the
/// document from its start: what is well-formed and what an error says, libxml2 alone decides. What both read becomes the same tree
/// (`PlainReaderTests`).
struct PlainReader {
  private typealias Name = (whole: Range<Int>, prefix: Range<Int>, local: Range<Int>)

  private struct Attribute {
    var name: Name
    var value: Range<Int>
    var hasEntities: Bool
    var isBinding: Bool
  }

  private struct Binding {
    var prefix: Range<Int>
    var namespace: Range<Int>
    /// `urn:hl7-org:sdtc`, XML Schema instance.
    var isExtension: Bool
    var isInstance: Bool
  }

  /// Tags and documents with more are libxml2's.
  private static let attributeLimit = 32
  private static let newNameLimit = 1000
  private static let nameLength = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: XMLLimits
  private var builder = XMLTreeBuilder()
  private var index = 0
  private var line: Int
  /// What columns are counted from: the start of the line and the bytes within its characters.
  private var columnBase: Int
  /// The open elements as written, and how many bindings there were around each.
  private var open: [(name: Range<Int>, bindings: Int)] = []
  private var bindings: [Binding] = []
  /// How many bindings there were.
  private var bound = 0
  private var attributes: [Attribute] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits, line: Int, column: Int) {
    self.bytes = bytes
    self.limits = limits
    self.line = line
    columnBase = -column
    builder.reserve(bytes: min(bytes.count, 1 << 20))
    open.reserveCapacity(16)
  }

  /// The tree; nil when the document is for libxml2.
  ///
  /// - Parameter prologueLength: bytes of the start tag before the document, which binds prefixes.
  mutating func read(after prologueLength: Int, _ table: inout NameTable) -> XMLTree? {
    guard bytes.count <= limits.textLength else { return nil }
    if prologueLength > 0 {
      let (line, column) = (line, -columnBase)
      guard let tag = tag(), !tag.isEmpty, bindNamespaces(), index == prologueLength else { return nil }
      self.line = line
      columnBase = index - column
    }
    let before = table.names.count
    guard next == 0x3C, startTag(&table) else { return nil }
    while builder.depth > 0 {
      guard next == 0x3C || text(), index + 1 < bytes.count else { return nil }
      if bytes[index + 1] == 0x2F {
        guard endTag() else { return nil }
      } else {
        guard startTag(&table), table.names.count - before + bound <= Self.newNameLimit else { return nil }
      }
    }
    skipSpace()
    return index == bytes.count ? builder.tree(names: table.names, numbers: table.numbers) : nil
  }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

  private func areEqual(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.count == b.count && (a.isEmpty || slice(a).elementsEqual(slice(b)))
  }

  private func isText(_ range: Range<Int>, _ text: StaticString) -> Bool {
    range.count == text.utf8CodeUnitCount && memcmp(slice(range).baseAddress!, text.utf8Start, range.count) == 0
  }

  // MARK: Tags

  private mutating func startTag(_ table: inout NameTable) -> Bool {
    let (line, column) = (line, index - columnBase)
    let (start, outer) = (index, bindings.count)
    guard builder.depth < limits.depth, builder.count < limits.elements, let (name, isEmpty) = tag() else {
      return false
    }
    if !attributes.isEmpty { guard bindNamespaces() else { return false } }
    guard index - start <= limits.attributeLength, let element = elementName(name, &table) else { return false }
    if builder.count == 0, let binding = binding(name.prefix), !binding.namespace.isEmpty {
      builder.rootNamespace = String(decoding: slice(binding.namespace), as: UTF8.self)
    }
    builder.start(name: element, line: line, column: column)
    for attribute in attributes { guard add(attribute, &table) else { return false } }
    if isEmpty {
      builder.end()
      bindings.removeSubrange(outer...)
    } else {
      open.append((name.whole, outer))
    }
    return true
  }

  private mutating func endTag() -> Bool {
    guard let (name, outer) = open.popLast() else { return false }
    index += 2
    guard index + name.count < bytes.count,
      memcmp(bytes.baseAddress! + index, bytes.baseAddress! + name.lowerBound, name.count) == 0
    else { return false }
    index += name.count
    skipSpace()
    guard next == 0x3E else { return false }
    index += 1
    builder.end()
    if bindings.count > outer { bindings.removeSubrange(outer...) }
    return true
  }

  /// Passes over a start tag; its attributes are then in `attributes`.
  private mutating func tag() -> (name: Name, isEmpty: Bool)? {
    if !attributes.isEmpty { attributes.removeAll(keepingCapacity: true) }
    index += 1
    guard let name = name() else { return nil }
    while let byte = next {
      if byte == 0x3E {
        index += 1
        return (name, false)
      }
      let before = index
      skipSpace()
      switch next {
      case 0x3E: continue
      case 0x2F:
        index += 2
        return index <= bytes.count && bytes[index - 1] == 0x3E ? (name, true) : nil
      default: guard index > before, attribute() else { return nil }
      }
    }
    return nil
  }

  /// Passes over an ASCII name with at most one prefix.
  private mutating func name() -> Name? {
    let start = index
    guard let first = part() else { return nil }
    guard next == 0x3A else { return (first, start..<start, first) }
    index += 1
    guard let local = part(), next != 0x3A else { return nil }
    return (start..<index, first, local)
  }

  private mutating func part() -> Range<Int>? {
    let start = index
    guard let byte = next, byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte == 0x5F else { return nil }
    index += 1
    while index < bytes.count, continuesName(bytes[index]) { index += 1 }
    return index - start <= Self.nameLength ? start..<index : nil
  }

  /// A letter, a digit, or one of `_` `-` `.`
  private func continuesName(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x2D && byte <= 0x39 && byte != 0x2F || byte == 0x5F
  }

  private mutating func attribute() -> Bool {
    guard let name = name(), next == 0x3D else { return false }
    index += 1
    guard let quote = next, quote == 0x22 || quote == 0x27 else { return false }
    index += 1
    let start = index
    var hasEntities = false
    while let byte = next, byte != quote {
      // Line ends and tabs would have to be normalised here.
      if byte < 0x20 || byte == 0x3C { return false }
      if byte == 0x26 {
        guard let entity = entity(index) else { return false }
        index += entity.length
        hasEntities = true
      } else if byte < 0x80 {
        index += 1
      } else {
        guard passCharacter() else { return false }
      }
    }
    let value = start..<index
    guard next == quote, value.count <= limits.attributeLength else { return false }
    index += 1
    // Two of one local name may be two of one name.
    guard attributes.count < min(Self.attributeLimit, limits.attributes),
      !attributes.contains(where: { areEqual($0.name.local, name.local) })
    else { return false }
    let isBinding = isText(name.whole, "xmlns") || isText(name.prefix, "xmlns")
    attributes.append(Attribute(name: name, value: value, hasEntities: hasEntities, isBinding: isBinding))
    return true
  }

  private mutating func add(_ attribute: Attribute, _ table: inout NameTable) -> Bool {
    let prefix = attribute.name.prefix
    let name: Int32
    if prefix.isEmpty {
      name = table.index(of: slice(attribute.name.whole))
    } else {
      guard let binding = binding(prefix) else { return false }
      name =
        binding.isInstance && !isText(prefix, "xsi")
        ? table.index(of: "xsi:" + String(decoding: slice(attribute.name.local), as: UTF8.self))
        : table.index(of: slice(attribute.name.whole))
    }
    if attribute.hasEntities {
      decoded(attribute.value).withUnsafeBufferPointer { builder.attribute(name: name, value: $0) }
    } else {
      builder.attribute(name: name, value: slice(attribute.value))
    }
    return true
  }

  // MARK: Namespaces

  /// Makes bindings of the attributes that are such.
  private mutating func bindNamespaces() -> Bool {
    let before = bindings.count
    for attribute in attributes where attribute.isBinding {
      let (name, value) = (attribute.name, attribute.value)
      let isDefault = name.prefix.isEmpty
      // What XML itself reserves, and what may not be bound to nothing.
      if attribute.hasEntities || isText(name.local, "xml") || !isDefault && isText(name.local, "xmlns") {
        return false
      }
      if value.isEmpty && !isDefault || slice(value).starts(with: "http://www.w3.org/XML/".utf8) { return false }
      if isText(value, "http://www.w3.org/2000/xmlns/") { return false }
      bindings.append(
        Binding(
          prefix: isDefault ? 0..<0 : name.local, namespace: value, isExtension: isText(value, "urn:hl7-org:sdtc"),
          isInstance: isText(value, "http://www.w3.org/2001/XMLSchema-instance")))
    }
    bound += bindings.count - before
    attributes.removeAll { $0.isBinding }
    return true
  }

  /// What a prefix is bound to; nil for nothing.
  private func binding(_ prefix: Range<Int>) -> Binding? {
    var position = bindings.count - 1
    while position >= 0 {
      if areEqual(bindings[position].prefix, prefix) { return bindings[position] }
      position -= 1
    }
    return nil
  }

  private func elementName(_ name: Name, _ table: inout NameTable) -> Int32? {
    let binding = binding(name.prefix)
    if binding == nil, !name.prefix.isEmpty { return nil }
    if binding?.isExtension == true {
      return table.index(of: "sdtc:" + String(decoding: slice(name.local), as: UTF8.self))
    }
    return table.index(of: slice(name.local))
  }

  // MARK: Text

  /// Passes over the text up to the next `<`.
  private mutating func text() -> Bool {
    var start = index
    var isASCII = true
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x3C:
        add(start..<index)
        return true
      case 0x26:
        add(start..<index)
        guard let entity = entity(index) else { return false }
        withUnsafePointer(to: entity.byte) { builder.characters(UnsafeBufferPointer(start: $0, count: 1)) }
        index += entity.length
        start = index
        isASCII = true
      case 0x0A: passLineEnd()
      case 0x09, 0x20..<0x5D, 0x5E..<0x80: index += 1
      case 0x5D:
        // It may be that of `]]>`.
        if index + 1 < bytes.count, bytes[index + 1] == 0x5D { return false }
        index += 1
      case 0x80...:
        // libxml2 hands on what stands before the first other character by itself, and white space alone is left out.
        if isASCII {
          add(start..<index)
          start = index
          isASCII = false
        }
        guard passCharacter() else { return false }
      default: return false
      }
    }
    return false
  }

  private mutating func add(_ range: Range<Int>) { if !range.isEmpty { builder.characters(slice(range)) } }

  private mutating func skipSpace() {
    while let byte = next {
      if byte == 0x0A { passLineEnd() } else if byte == 0x20 || byte == 0x09 { index += 1 } else { return }
    }
  }

  private mutating func passLineEnd() {
    line += 1
    columnBase = index
    index += 1
  }

  /// Passes over a character beyond ASCII; false where none begins that XML allows.
  private mutating func passCharacter() -> Bool {
    let first = UInt32(bytes[index])
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first < 0xF5, index + length <= bytes.count else { return false }
    var scalar = first & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let byte = UInt32(bytes[index + offset])
      if byte & 0xC0 != 0x80 { return false }
      scalar = scalar << 6 | byte & 0x3F
    }
    switch (length, scalar) {
    case (3, ..<0x800), (3, 0xD800...0xDFFF), (3, 0xFFFE...), (4, ..<0x10000), (4, 0x110000...): return false
    default: break
    }
    index += length
    columnBase += length - 1
    return true
  }

  /// The predefined entity that stands there.
  private func entity(_ place: Int) -> (byte: UInt8, length: Int)? {
    func stands(_ text: StaticString) -> Bool {
      place + text.utf8CodeUnitCount <= bytes.count
        && memcmp(bytes.baseAddress! + place, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
    if stands("&amp;") { return (0x26, 5) }
    if stands("&lt;") { return (0x3C, 4) }
    if stands("&gt;") { return (0x3E, 4) }
    if stands("&quot;") { return (0x22, 6) }
    if stands("&apos;") { return (0x27, 6) }
    return nil
  }

  private func decoded(_ value: Range<Int>) -> [UInt8] {
    var result: [UInt8] = []
    var place = value.lowerBound
    while place < value.upperBound {
      let entity = entity(place) ?? (bytes[place], 1)
      result.append(entity.byte)
      place += entity.length
    }
    return result
  }
}
