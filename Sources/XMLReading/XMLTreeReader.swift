internal import CLibXML2

/// Reads whole documents, one after another, through libxml2's SAX2 push parser. Not for sharing between threads; keep one per
/// worker, so that names are interned once. What is but elements and text goes a shorter way (`PlainDocument`).
///
/// Every DOCTYPE is refused; entities are never substituted, nothing is ever fetched (no NOENT, HUGE or DTDLOAD, and NONET).
/// Input is UTF-8: `TextEncoding` has made it so, and an encoding declaration is not believed a second time.
public final class XMLTreeReader {
  private let limits: XMLLimits
  private var context: xmlParserCtxtPtr?
  private let state: ReaderState

  public init(limits: XMLLimits = XMLLimits()) {
    self.limits = limits
    self.state = ReaderState(limits: limits)
    _ = ReaderState.libraryIsReady
  }

  deinit { xmlFreeParserCtxt(context) }

  /// Reads one document.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8, without a byte order mark.
  ///   - prologue: a start tag that declares prefixes bound further out; it is not part of the tree.
  ///   - line: the line of the file on which `bytes` begin, from 1.
  ///   - column: the column at which they begin, from 1.
  /// - Throws: `XMLReadingError`. `partial` then gives what was read before it.
  public func read(
    _ bytes: UnsafeBufferPointer<UInt8>, within prologue: [UInt8] = [], line: Int = 1, column: Int = 1
  ) throws(XMLReadingError) -> XMLTree {
    if prologue.isEmpty, let tree = readPlain(bytes, line: line, column: column) { return tree }
    return try readThroughLibrary(bytes, within: prologue, line: line, column: column)
  }

  /// Reads a small document that is nothing but elements and text, as libxml2 would.
  ///
  /// - Returns: nil for any other.
  func readPlain(_ bytes: UnsafeBufferPointer<UInt8>, line: Int, column: Int) -> XMLTree? {
    guard limits.namespaceDepth == 0, bytes.count <= limits.chunk, state.readPlain(bytes, line: line, column: column)
    else { return nil }
    return partial
  }

  func readThroughLibrary(
    _ bytes: UnsafeBufferPointer<UInt8>, within prologue: [UInt8], line: Int, column: Int
  ) throws(XMLReadingError) -> XMLTree {
    let isSmall = bytes.count + prologue.count <= limits.chunk
    let context = try prepare(forPushing: !isSmall)
    state.begin(
      context, line: line, column: column, prologue: prologue.isEmpty ? 0 : 1,
      prologueLength: prologue.count { $0 & 0xC0 != 0x80 }, size: bytes.count, isPushing: !isSmall)
    let close: [UInt8] = prologue.isEmpty ? [] : Array("</w>".utf8)
    if isSmall {
      readWhole(bytes, between: prologue, and: close, context)
    } else {
      prologue.withUnsafeBufferPointer { feed($0, context) }
      try feedInChunks(bytes, context)
      close.withUnsafeBufferPointer { feed($0, context) }
      xmlParseChunk(context, nil, 0, 1)
    }
    if let failure = state.failure { throw failure }
    guard state.depth == 0, let tree = state.builder.tree(names: state.table.names, numbers: state.table.numbers) else {
      throw state.error(.malformed, "the document ends before its root element does")
    }
    return tree
  }

  public func read(_ text: String) throws(XMLReadingError) -> XMLTree {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBufferPointer { (buffer) throws(XMLReadingError) in try read(buffer) }
  }

  /// What was read of the document that failed last: enough to say who sent it.
  public var partial: XMLTree? { state.builder.tree(names: state.table.names, numbers: state.table.numbers) }

  private func prepare(forPushing isPushing: Bool) throws(XMLReadingError) -> xmlParserCtxtPtr {
    state.reset()
    if state.nameCount > 20_000 {
      xmlFreeParserCtxt(context)
      context = nil
      state.forgetNames()
    }
    if context == nil {
      context = withUnsafeMutablePointer(to: &state.handler) {
        xmlCreatePushParserCtxt($0, Unmanaged.passUnretained(state).toOpaque(), nil, 0, nil)
      }
    }
    guard let context else { throw state.error(.limit, "libxml2 has no memory for a parser") }
    // Also a new one: until it is told or sees the first bytes it takes every byte for a character.
    if isPushing { xmlCtxtResetPush(context, nil, 0, nil, "UTF-8") } else { xmlCtxtReset(context) }
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    xmlCtxtUseOptions(context, Int32(options))
    return context
  }

  private func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ context: xmlParserCtxtPtr) {
    guard state.failure == nil, let base = bytes.baseAddress else { return }
    base.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
      _ = xmlParseChunk(context, $0, Int32(bytes.count), 0)
    }
  }

  /// A document no larger than a chunk needs no pushing: libxml2 reads it three times as fast when it has it all.
  private func readWhole(
    _ bytes: UnsafeBufferPointer<UInt8>, between prologue: [UInt8], and close: [UInt8], _ context: xmlParserCtxtPtr
  ) {
    func parse(_ document: UnsafeBufferPointer<UInt8>) {
      document.withMemoryRebound(to: CChar.self) {
        guard
          let buffer = xmlParserInputBufferCreateMem($0.baseAddress, Int32($0.count), XML_CHAR_ENCODING_NONE),
          let input = xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE)
        else { return }
        // It has all there is: libxml2 would otherwise ask for more with every name near the end.
        buffer.pointee.readcallback = nil
        // Of a context made for pushing: its own empty input goes first.
        while let left = inputPop(context) { xmlFreeInputStream(left) }
        inputPush(context, input)
        xmlParseDocument(context)
      }
    }
    if prologue.isEmpty { return parse(bytes) }
    (prologue + bytes + close).withUnsafeBufferPointer(parse)
  }

  private func feedInChunks(_ bytes: UnsafeBufferPointer<UInt8>, _ context: xmlParserCtxtPtr) throws(XMLReadingError) {
    var offset = 0
    var lastEvent = 0
    var chunk = limits.chunk
    while offset < bytes.count, state.failure == nil {
      let end = min(offset + chunk, bytes.count)
      let before = state.events
      feed(UnsafeBufferPointer(rebasing: bytes[offset..<end]), context)
      if state.events != before {
        lastEvent = offset
        chunk = limits.chunk
      } else if end - lastEvent > limits.silence, state.failure == nil {
        // One long value (a document in base64) is no attack; a tag of very many attributes is.
        let silent = UnsafeBufferPointer(rebasing: bytes[lastEvent..<end])
        let quotes = silent.reduce(0) { $0 + ($1 == 34 || $1 == 39 ? 1 : 0) }
        if quotes > 2 * limits.attributes || end - lastEvent > limits.attributeLength {
          xmlStopParser(context)
          throw state.error(
            .limit,
            "more than \(limits.silence >> 10) KiB without an element or text: a tag, comment or value is too long")
        }
        chunk *= 2
      }
      offset = end
    }
    if let failure = state.failure { throw failure }
  }
}
