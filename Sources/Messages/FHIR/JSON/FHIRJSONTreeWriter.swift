import XMLReading

/// JSON → the elements of FHIR XML.
struct FHIRJSONTreeWriter {
  private let document: JSONDocument
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limits: XMLLimits
  private var builder = XMLTreeBuilder()
  private var names: [String]
  private var nameIndex: [String: Int32]
  /// Per name of the document: how it is written as an element.
  private let roles: [Role]
  private var path: [Int32] = []

  private enum Role: UInt8 {
    case element
    /// `resource`, `contained`, `outcome`: holds a resource, which is an element of its own.
    case wrapper
    case extensions
    case narrative
    /// `_birthDate`: the id and extensions of `birthDate`.
    case companion
    case resourceType
    /// No name an element can have: FHIR knows none such.
    case foreign
  }

  init(_ document: JSONDocument, _ bytes: UnsafeBufferPointer<UInt8>, limits: XMLLimits) {
    self.document = document
    self.bytes = bytes
    self.limits = limits
    names = document.names
    nameIndex = Dictionary(uniqueKeysWithValues: zip(document.names, 0...))
    roles = document.names.map(FHIRJSONTreeWriter.role)
    builder.rootNamespace = "http://hl7.org/fhir"
  }

  mutating func write() throws(XMLReadingError) -> XMLTree {
    guard document.values[0].kind == .object, let type = resourceType(of: 0) else {
      throw error("no resourceType: this is no FHIR resource", at: 0)
    }
    try resource(0, type)
    guard let tree = builder.tree(names: names) else { throw error("there is no document here", at: 0) }
    return tree
  }

  private static func role(of name: String) -> Role {
    switch name {
    case "resourceType": return .resourceType
    case "resource", "contained", "outcome": return .wrapper
    case "extension", "modifierExtension": return .extensions
    case "div": return .narrative
    default:
      let isCompanion = name.utf8.first == UInt8(ascii: "_")
      let rest = isCompanion ? name.utf8.dropFirst() : name.utf8[...]
      guard let first = rest.first, first.isLetter, rest.allSatisfy({ $0.isLetter || $0 >= 48 && $0 <= 57 || $0 == 95 })
      else { return .foreign }
      return isCompanion ? .companion : .element
    }
  }

  private func error(
    _ message: String, _ kind: XMLReadingError.Kind = .malformed, at index: Int
  ) -> XMLReadingError {
    let value = document.values[index]
    let path = path.map { "/" + names[Int($0)] }.joined()
    return XMLReadingError(
      kind, message,
      at: XMLLocation(line: Int(value.line), column: Int(value.column), path: path.isEmpty ? "/" : path))
  }

  private mutating func intern(_ name: String) -> Int32 {
    if let index = nameIndex[name] { return index }
    names.append(name)
    nameIndex[name] = Int32(names.count - 1)
    return Int32(names.count - 1)
  }

  /// The type of the resource an object is; nil when it is none.
  private func resourceType(of object: Int) -> String? {
    for child in document.children(of: object) where role(ofValue: child) == .resourceType {
      let value = document.values[child]
      guard value.kind == .string, (1...64).contains(value.length),
        bytes[value.start..<(value.start + value.length)].allSatisfy(\.isLetter)
      else { return nil }
      return JSONText.decode(bytes, value.start..<(value.start + value.length), isEscaped: false)
    }
    return nil
  }

  private func role(ofValue index: Int) -> Role {
    let name = document.values[index].name
    return name < 0 ? .element : roles[Int(name)]
  }

  private mutating func start(_ name: Int32, at index: Int) throws(XMLReadingError) {
    let value = document.values[index]
    path.append(name)
    if builder.depth >= limits.depth {
      throw error("more than \(limits.depth) elements within one another", .limit, at: index)
    }
    if builder.count >= limits.elements { throw error("more than \(limits.elements) elements", .limit, at: index) }
    builder.start(name: name, line: Int(value.line), column: Int(value.column))
  }

  private mutating func end() {
    builder.end()
    path.removeLast()
  }

  private mutating func resource(_ object: Int, _ type: String) throws(XMLReadingError) {
    try start(intern(type), at: object)
    try properties(of: object, isResource: true)
    end()
  }

  /// The elements within an object, each with its companion.
  private mutating func properties(of object: Int, isResource: Bool, isExtension: Bool = false) throws(XMLReadingError)
  {
    var companions: [Int32: Int] = [:]
    for child in document.children(of: object) where role(ofValue: child) == .companion {
      companions[intern(String(names[Int(document.values[child].name)].dropFirst()))] = child
    }
    for child in document.children(of: object) {
      let value = document.values[child]
      let name = names[Int(value.name)]
      switch role(ofValue: child) {
      case .foreign, .companion: continue
      case .resourceType where isResource: continue
      default:
        if !isResource, isAttribute(name, isExtension), value.kind == .string { continue }
        let companion = companions.isEmpty ? nil : companions.removeValue(forKey: value.name)
        try element(value.name, child, companion)
      }
    }
    // What has extensions and no value.
    for (name, companion) in companions.sorted(by: { $0.value < $1.value }) { try element(name, nil, companion) }
  }

  /// FHIR XML writes these of an element, not of a resource, as attributes.
  private func isAttribute(_ name: String, _ isExtension: Bool) -> Bool {
    name == "id" || isExtension && name == "url"
  }

  private mutating func attributes(of object: Int, isExtension: Bool) throws(XMLReadingError) {
    for child in document.children(of: object) {
      let value = document.values[child]
      if value.kind == .string, isAttribute(names[Int(value.name)], isExtension) { try attribute(value.name, child) }
    }
  }

  private mutating func element(_ name: Int32, _ index: Int?, _ companion: Int?) throws(XMLReadingError) {
    guard let place = index ?? companion else { return }
    guard isList(index) || index == nil && isList(companion) else { return try single(name, index, companion) }
    let items = index.map { Array(document.children(of: $0)) } ?? []
    let beside = companion.map { isList($0) ? Array(document.children(of: $0)) : [] } ?? []
    for position in 0..<max(items.count, beside.count) {
      let item = position < items.count ? items[position] : nil
      if isList(item) { throw error("an array within an array", at: place) }
      try single(name, item, position < beside.count ? beside[position] : nil)
    }
  }

  private func isList(_ index: Int?) -> Bool { index.map { document.values[$0].kind == .array } ?? false }

  private mutating func single(_ name: Int32, _ index: Int?, _ companion: Int?) throws(XMLReadingError) {
    let companion = companion.flatMap { document.values[$0].kind == .object ? $0 : nil }
    let kind = index.map { document.values[$0].kind } ?? .null
    guard let place = kind == .null ? companion : index else { return }
    let role = Int(name) < roles.count ? roles[Int(name)] : .element
    try start(name, at: place)
    if kind == .object, let index {
      if role == .wrapper, let type = resourceType(of: index) {
        try resource(index, type)
      } else {
        try attributes(of: index, isExtension: role == .extensions)
        try properties(of: index, isResource: false, isExtension: role == .extensions)
      }
    } else {
      if let companion { try attributes(of: companion, isExtension: false) }
      if kind != .null, let index {
        if role == .narrative { try narrative(index) } else { try attribute(intern("value"), index) }
      }
      if let companion { try properties(of: companion, isResource: false) }
    }
    end()
  }

  private mutating func attribute(_ name: Int32, _ index: Int) throws(XMLReadingError) {
    let value = document.values[index]
    if value.length > limits.attributeLength {
      throw error("a value of more than \(limits.attributeLength >> 20) MiB", .limit, at: index)
    }
    try withText(index) { $0.attribute(name: name, value: $1) }
  }

  private mutating func narrative(_ index: Int) throws(XMLReadingError) {
    try withText(index) { $0.characters($1) }
  }

  private mutating func withText(
    _ index: Int, _ add: (inout XMLTreeBuilder, UnsafeBufferPointer<UInt8>) -> Void
  ) throws(XMLReadingError) {
    let value = document.values[index]
    if builder.textLength + value.length > limits.textLength {
      throw error("more than \(limits.textLength >> 20) MiB of text", .limit, at: index)
    }
    let range = value.start..<(value.start + value.length)
    if value.isEscaped {
      var decoded: [UInt8] = []
      JSONText.append(bytes, range, isEscaped: true, to: &decoded)
      decoded.withUnsafeBufferPointer { add(&builder, $0) }
    } else {
      add(&builder, UnsafeBufferPointer(rebasing: bytes[range]))
    }
  }
}

extension UInt8 {
  /// An ASCII letter.
  fileprivate var isLetter: Bool { self >= 65 && self <= 90 || self >= 97 && self <= 122 }
}
