internal import CLibXML2

/// What libxml2's callbacks write into. One per reader.
final class ReaderState {
  static let libraryIsReady: Bool = {
    xmlInitParser()
    return true
  }()

  private let limits: XMLLimits
  var handler = xmlSAXHandler()
  @exclusivity(unchecked) private var context: xmlParserCtxtPtr?
  var table = NameTable()
  private var plain = PlainDocument()
  @exclusivity(unchecked) private var recent = RecentNames()
  /// libxml2 interns names in the parser's dictionary: equal pointers are equal names.
  private var nameIndex: [UnsafePointer<xmlChar>: Int32] = [:]
  private var extensionIndex: [UnsafePointer<xmlChar>: Int32] = [:]

  /// The namespace of the last element, and whether it is `urn:hl7-org:sdtc`: nearly all of a document's elements share one.
  @exclusivity(unchecked) private var namespace: UnsafePointer<xmlChar>?
  @exclusivity(unchecked) private var isExtension = false

  // Written at every event, by libxml2's thread alone: checking each access for overlap would cost a tenth of reading.
  @exclusivity(unchecked) var builder = XMLTreeBuilder()
  @exclusivity(unchecked) var events = 0
  @exclusivity(unchecked) private(set) var depth = 0
  @exclusivity(unchecked) private(set) var failure: XMLReadingError?
  /// Whether there is one: asked at every event, and an error takes long to look at.
  @exclusivity(unchecked) private var hasFailed = false
  private var lineOffset = 0
  private var columnOffset = 0
  private var prologue = 0
  private var prologueLength = 0
  private var isPushing = false
  /// Where in what libxml2 was given the next event begins.
  @exclusivity(unchecked) private var line = 1
  @exclusivity(unchecked) private var column = 1

  /// Prefixes, namespaces and targets of instructions: libxml2 keeps them beside the names.
  private var otherNames: Set<UnsafePointer<xmlChar>> = []
  private var namesBefore = 0

  /// How many names libxml2's dictionary holds, at least.
  var nameCount: Int { table.names.count + otherNames.count }

  init(limits: XMLLimits) {
    self.limits = limits
    handler.initialized = XML_SAX2_MAGIC
    handler.startElementNs = { pointer, local, _, uri, bindings, namespaces, count, _, attributes in
      ReaderState.with(pointer) {
        if let namespaces { $0.bind(namespaces, Int(bindings)) }
        $0.start(local, uri, Int(count), attributes)
      }
    }
    handler.endElementNs = { pointer, _, _, _ in ReaderState.with(pointer) { $0.end() } }
    handler.characters = { pointer, bytes, count in ReaderState.with(pointer) { $0.characters(bytes, count) } }
    handler.ignorableWhitespace = handler.characters
    handler.cdataBlock = { pointer, bytes, count in ReaderState.with(pointer) { $0.section(bytes, count) } }
    handler.internalSubset = { pointer, _, _, _ in
      ReaderState.with(pointer) { $0.fail(.doctype, "a DOCTYPE is refused: send the message without it") }
    }
    handler.comment = { pointer, _ in ReaderState.with(pointer) { $0.pass() } }
    handler.processingInstruction = { pointer, target, _ in ReaderState.with(pointer) { $0.pass(target) } }
    handler.serror = { pointer, error in
      guard let error = error?.pointee, let pointer else { return }
      // Warnings (level 1) are no reason; namespace errors (an unbound prefix) are, but a namespace need not be a URI.
      if error.code == XML_WAR_NS_URI.rawValue { return }
      if error.level.rawValue >= XML_ERR_ERROR.rawValue {
        ReaderState.with(pointer) {
          $0.fail(.malformed, XMLErrorText.text(for: Int(error.code)), line: Int(error.line), column: Int(error.int2))
        }
      }
    }
  }

  /// The reader outlives the parse: counting references at each of its events would cost as much as building the tree.
  @inline(__always)
  private static func with(_ pointer: UnsafeMutableRawPointer?, _ body: (ReaderState) -> Void) {
    Unmanaged<ReaderState>.fromOpaque(pointer!)._withUnsafeGuaranteedRef(body)
  }

  func reset() {
    builder = XMLTreeBuilder()
    events = 0
    depth = 0
    failure = nil
    hasFailed = false
    context = nil
  }

  /// Reads a document without libxml2, when it is so plain.
  func readPlain(_ bytes: UnsafeBufferPointer<UInt8>, line: Int, column: Int) -> Bool {
    reset()
    builder.reserve(bytes: bytes.count)
    return plain.read(bytes, names: table, limits: limits, line: line, column: column, into: &builder)
  }

  func forgetNames() {
    table = NameTable()
    plain.forgetNames()
    recent = RecentNames()
    setNamespace(nil)
    nameIndex = [:]
    extensionIndex = [:]
    otherNames = []
  }

  func begin(
    _ context: xmlParserCtxtPtr, line: Int, column: Int, prologue: Int, prologueLength: Int, size: Int, isPushing: Bool
  ) {
    self.context = context
    self.isPushing = isPushing
    lineOffset = line - 1
    columnOffset = column - 1
    self.prologue = prologue
    self.prologueLength = prologueLength
    self.line = 1
    self.column = prologueLength + 1
    namesBefore = nameCount
    builder.reserve(bytes: min(size, 1 << 20))
  }

  func error(_ kind: XMLReadingError.Kind, _ message: String) -> XMLReadingError {
    mark()
    let (line, column) = place(line, column)
    return XMLReadingError(
      kind, message, at: XMLLocation(line: line, column: column, path: builder.openPath(names: table.names)))
  }

  /// Remembers where the parser is: the end of this event is where the next begins.
  private func mark() {
    guard let input = context?.pointee.input else { return }
    line = Int(input.pointee.line)
    column = Int(input.pointee.col)
  }

  /// Where in the file something stands.
  private func place(_ inputLine: Int, _ inputColumn: Int) -> (Int, Int) {
    inputLine <= 1
      ? (inputLine + lineOffset, max(1, inputColumn - prologueLength + columnOffset))
      : (inputLine + lineOffset, inputColumn)
  }

  private func fail(_ kind: XMLReadingError.Kind, _ message: String, line: Int? = nil, column: Int? = nil) {
    if hasFailed { return }
    failure = error(kind, message)
    hasFailed = true
    if let line, line > 0 {
      let (l, c) = place(line, column ?? 0)
      failure?.location.line = l
      failure?.location.column = c
    }
    xmlStopParser(context)
  }

  private func start(
    _ local: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?, _ count: Int,
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  ) {
    events += 1
    if hasFailed { return }
    depth += 1
    if depth <= prologue {
      (line, column) = (1, prologueLength + 1)
      return
    }
    if depth == prologue + 1, builder.count > 0 { return fail(.malformed, Self.secondRoot) }
    if depth - prologue > limits.depth { return fail(.limit, "more than \(limits.depth) elements within one another") }
    if builder.count >= limits.elements { return fail(.limit, "more than \(limits.elements) elements") }
    if count > limits.attributes { return fail(.limit, "more than \(limits.attributes) attributes in one tag") }
    if builder.count == 0, let uri { builder.rootNamespace = String(cString: uri) }
    let (line, column) = place(line, column)
    builder.start(name: elementName(local!, uri), line: line, column: column)
    if depth - prologue <= limits.namespaceDepth, let uri { builder.namespace(String(cString: uri)) }
    if let attributes {
      for index in 0..<count {
        let field = attributes + 5 * index
        let value = UnsafeBufferPointer(start: field[3]!, count: field[4]! - field[3]!)
        if value.count > limits.attributeLength {
          return fail(.limit, "an attribute of more than \(limits.attributeLength >> 20) MiB")
        }
        attribute(attributeName(field[0]!, field[1], field[2]), value)
      }
    }
    mark()
    // The tag's `>` is still to come; an empty element's end event comes behind its `/>`.
    self.column += 1
  }

  /// Without entity substitution libxml2 hands an ampersand in an attribute on as `&#38;`.
  private func attribute(_ name: Int32, _ value: UnsafeBufferPointer<UInt8>) {
    guard value.contains(38) else { return builder.attribute(name: name, value: value) }
    var decoded: [UInt8] = []
    var index = 0
    let escaped: [UInt8] = [38, 35, 51, 56, 59]
    while index < value.count {
      decoded.append(value[index])
      index += value[index...].starts(with: escaped) ? escaped.count : 1
    }
    decoded.withUnsafeBufferPointer { builder.attribute(name: name, value: $0) }
  }

  private func end() {
    events += 1
    if hasFailed { return }
    depth -= 1
    if depth >= prologue, builder.depth > 0 { builder.end() }
    mark()
  }

  private static let secondRoot = XMLErrorText.text(for: Int(XML_ERR_DOCUMENT_END.rawValue))

  private func pass(_ target: UnsafePointer<xmlChar>? = nil) {
    events += 1
    if let target { otherNames.insert(target) }
    checkNames()
    mark()
  }

  /// The prefixes and namespaces that a tag binds: pairs.
  private func bind(_ namespaces: UnsafeMutablePointer<UnsafePointer<xmlChar>?>, _ count: Int) {
    for index in 0..<2 * count { if let name = namespaces[index] { otherNames.insert(name) } }
    checkNames()
  }

  /// libxml2's dictionary becomes slow with its size.
  private func checkNames() {
    if nameCount - namesBefore > limits.names { fail(.limit, "more than \(limits.names) different names") }
  }

  private func characters(_ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
    text(UnsafeBufferPointer(start: bytes, count: Int(count)))
    mark()
  }

  /// A CDATA section, or a part of it: when pushed to, libxml2 hands it on before it has passed it.
  private func section(_ bytes: UnsafePointer<xmlChar>?, _ count: Int32) {
    let section = UnsafeBufferPointer(start: bytes, count: Int(count))
    text(section)
    mark()
    guard isPushing else { return }
    for byte in section {
      if byte == 10 {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    column += 3
  }

  private func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    events += 1
    if hasFailed { return }
    if depth == prologue, bytes.contains(where: { $0 > 32 }) { return fail(.malformed, Self.secondRoot) }
    if builder.textLength + bytes.count > limits.textLength {
      return fail(.limit, "more than \(limits.textLength >> 20) MiB of text")
    }
    builder.characters(bytes)
  }

  private func elementName(_ local: UnsafePointer<xmlChar>, _ uri: UnsafePointer<xmlChar>?) -> Int32 {
    if uri != namespace { setNamespace(uri) }
    if isExtension {
      if let index = extensionIndex[local] { return index }
      let index = intern("sdtc:" + String(cString: local))
      extensionIndex[local] = index
      return index
    }
    if let index = recent[local] { return index }
    if let index = nameIndex[local] {
      recent[local] = index
      return index
    }
    let index = intern(String(cString: local))
    nameIndex[local] = index
    recent[local] = index
    return index
  }

  private func setNamespace(_ uri: UnsafePointer<xmlChar>?) {
    namespace = uri
    isExtension = uri.map { strcmp($0, "urn:hl7-org:sdtc") } ?? false
  }

  private func attributeName(
    _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
  ) -> Int32 {
    guard let prefix else { return elementName(local, nil) }
    let isInstance = uri.map { strcmp($0, "http://www.w3.org/2001/XMLSchema-instance") } ?? false
    return intern((isInstance ? "xsi" : String(cString: prefix)) + ":" + String(cString: local))
  }

  private func intern(_ name: String) -> Int32 {
    let index = table.index(of: name)
    checkNames()
    return index
  }

  private func strcmp(_ a: UnsafePointer<xmlChar>, _ b: StaticString) -> Bool {
    xmlStrEqual(a, b.utf8Start) == 1
  }
}

/// The names of late, by where libxml2 keeps them: a table of one probe in front of the dictionary.
private struct RecentNames {
  private var entries = [(name: UnsafePointer<xmlChar>?, index: Int32)](repeating: (nil, 0), count: 2048)

  subscript(_ name: UnsafePointer<xmlChar>) -> Int32? {
    get {
      let entry = entries[slot(name)]
      return entry.name == name ? entry.index : nil
    }
    set { entries[slot(name)] = (name, newValue ?? 0) }
  }

  private func slot(_ name: UnsafePointer<xmlChar>) -> Int {
    Int(truncatingIfNeeded: (UInt(bitPattern: name) &* 0x9E37_79B9_7F4A_7C15) >> 53)
  }
}
