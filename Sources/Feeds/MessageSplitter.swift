import XMLReading

/// Splits a feed into message frames, one after another, in memory bounded by the largest message.
///
/// A feed is any number of documents one after another: XML with a message as its root or with messages within a wrapper,
/// FHIR JSON, ER7. Markup is only looked at as far as it takes to find where messages begin and end, so that a message that
/// cannot be read never takes its neighbours with it.
public final class MessageSplitter {
  enum State {
    /// Where a document may begin.
    case document
    case wrapper
    case array
    case er7
    case end
  }

  let window: Window
  let lexer: MarkupLexer
  let roots: MessageRoots
  let limits: FeedLimits
  let label: String
  let decoder = FrameDecoder()
  /// Text within a document has its encoding already, and is not looked into for more such text.
  let isEscapedText: Bool

  var state = State.document
  /// All before it has been dealt with.
  var cursor = 0
  /// What the document says of its encoding.
  var declared: DeclaredEncoding
  var wrappers: WrapperStack
  var run = TextRun()
  var embedded: EmbeddedMessages?
  var hasFoundMessage = false
  /// Whether the message delivered last had lost its end.
  var wasCutOff = false
  /// A document with no message so far that has grown beyond the limit.
  var lostDocument: MessageFrame?
  var isLineDelimited = false
  var hasSeenAnything = false
  private var queue: [MessageFrame] = []
  private var queued = 0
  /// Frames that can be no messages.
  private var broken = 0

  /// Splits bytes in memory, e.g. the body of a request.
  public convenience init(
    _ bytes: [UInt8], label: String, roots: MessageRoots, limits: FeedLimits = FeedLimits()
  ) {
    self.init(MemorySource(bytes), label: label, roots: roots, limits: limits)
  }

  init(
    _ source: any ByteSource, label: String, roots: MessageRoots, limits: FeedLimits, isEscapedText: Bool = false
  ) {
    window = Window(source, limits: limits)
    lexer = MarkupLexer(window: window)
    self.roots = roots
    wrappers = WrapperStack(roots: roots.shapes)
    self.limits = limits
    self.label = label
    self.isEscapedText = isEscapedText
    declared = isEscapedText ? .mark(.utf8) : .nothing
  }

  /// The next frame; nil when there is none left.
  public func next() -> MessageFrame? {
    while queued == queue.count {
      queue.removeAll(keepingCapacity: true)
      queued = 0
      if let frame = embedded?.next() { return frame }
      embedded = nil
      endWhenBroken()
      switch state {
      case .document: stepDocument()
      case .wrapper: stepWrapper()
      case .array: stepArray()
      case .er7: stepER7()
      case .end: return nil
      }
    }
    queued += 1
    return queue[queued - 1]
  }

  /// How many bytes were read.
  public var bytesRead: Int { window.bytesRead }

  /// Why the feed gave no frame, or ended early.
  public var problem: FeedProblem? {
    if let failure = window.failure { return FeedProblem(label: label, code: failure.code, reason: failure.reason) }
    guard state == .end, !hasSeenAnything else { return nil }
    return FeedProblem(label: label, code: .unreadable, reason: "empty: it holds no message")
  }

  func deliver(_ frame: MessageFrame) {
    queue.append(frame)
    window.noteDelivery()
    if frame.problem?.code == .unreadable { broken += 1 }
  }

  /// Whether it is no feed. Nothing that follows is read.
  private func endWhenBroken() {
    guard broken > limits.broken, state != .end else { return }
    let reason = "more than \(limits.broken) pieces that are no messages: what follows is not read"
    window.stop(ByteSourceError(code: .limitExceeded, reason: reason + "; send messages alone"))
    state = .end
  }

  /// Delivers what is held, up to `end`, and moves there.
  func deliverHeld(
    to end: Int, _ kind: MessageFrame.Kind = .xml, prologue: [UInt8] = [],
    problem: (code: FrameProblem.Code, reason: String)? = nil
  ) {
    deliver(held(to: end, kind, prologue: prologue, problem: problem))
    window.release()
    cursor = end
  }

  func held(
    to end: Int, _ kind: MessageFrame.Kind = .xml, prologue: [UInt8] = [],
    problem: (code: FrameProblem.Code, reason: String)? = nil
  ) -> MessageFrame {
    let (text, isWhole) = window.withHeld(to: end) { (decoder.text($0, declared, isMade: window.isUTF16, kind), $1) }
    var cause = problem ?? text.problem.map { (.unreadable, $0) }
    if !isWhole, problem?.code != .doctypeRefused {
      cause = (.limitExceeded, "more than \(limits.message >> 20) MiB in one message: send it in parts")
    }
    let position = window.heldPosition
    return MessageFrame(
      kind: kind, bytes: text.bytes, prologue: prologue, label: label, offset: position.offset, line: position.line,
      column: position.column, notes: text.note.map { [FrameNote(code: .encodingMislabelled, message: $0)] } ?? [],
      problem: cause.map {
        FrameProblem(code: $0.code, reason: $0.reason, line: position.line, column: position.column)
      })
  }

  // MARK: Where a document may begin

  private func stepDocument() {
    skipSpace()
    if !isEscapedText { detectUTF16() }
    guard let first = window.byte(cursor) else {
      state = .end
      return
    }
    hasSeenAnything = true
    switch first {
    case 0x3C: stepMarkup()
    case 0x7B: deliverObject()
    case 0x5B:
      cursor += 1
      state = .array
    default:
      if beginsER7(cursor) { state = .er7 } else { deliverStray() }
    }
  }

  /// Passes over white space, byte order marks and MLLP framing.
  func skipSpace() {
    while let byte = window.byte(cursor) {
      if byte <= 0x20, byte != 0 {
        cursor += 1
      } else if byte == 0xEF, window.has("\u{FEFF}", at: cursor) {
        cursor += 3
        if !isEscapedText { setDeclared(.mark(.utf8)) }
      } else {
        return
      }
    }
  }

  private func stepMarkup() {
    guard lexer.beginsMarkup(cursor) else { return deliverStray() }
    window.hold(cursor)
    let token = lexer.next(from: cursor)
    switch token.kind {
    case .declaration:
      readDeclaration(Array(window.bytes(token.start..<token.end)))
      cursor = token.end
    case .comment, .instruction: cursor = token.end
    case .doctype:
      refuseDoctype(token)
      if state == .document { endDocument() }
    case .startTag, .emptyTag:
      if beginsMessage(token) {
        deliverMessage(token)
        endDocument()
      } else {
        beginWrapper(token)
      }
    case .endTag: deliverStrayEndTag(token)
    case .cdata:
      guard let end = lexer.endOfCDATA(from: token.end) else { return deliverRest() }
      deliverHeld(
        to: end, problem: (.unreadable, "text that belongs to no message: give only files that hold messages"))
    case .unterminated, .endOfFeed: deliverRest()
    }
  }

  /// Delivers an end tag that ends nothing, with those that follow it directly; it is held.
  func deliverStrayEndTag(_ token: MarkupToken) {
    var end = token.end
    while wrappers.isEmpty, window.has("</", at: end), lexer.beginsMarkup(end) { end = lexer.next(from: end).end }
    deliverHeld(
      to: end, problem: (.unreadable, "an end tag without its element: what stood before it is no whole message"))
  }

  /// The next document may be in another encoding.
  func endDocument() {
    state = .document
    wrappers.removeAll()
    window.release()
    if !isEscapedText { setDeclared(.nothing) }
  }

  /// Delivers all that is left, from what is held: in a comment, CDATA section or tag without its end, nothing can be told
  /// from what follows it.
  func deliverRest() {
    while window.refill(keeping: window.end) {}
    deliverHeld(
      to: window.end,
      problem: (.unreadable, "a comment, CDATA section or tag that never ends: nothing behind it can be read"))
    state = .end
  }

  /// What is neither markup nor a message, up to what may be one.
  func deliverStray() {
    window.hold(cursor)
    var place = cursor
    var end = cursor
    var isBinary = false
    while let byte = window.byte(place) {
      if byte == 0 {
        isBinary = true
        // Nothing that follows is looked at.
        while window.refill(keeping: window.end) {}
        end = window.end
        break
      }
      if place > cursor, beginsDocument(place, byte) { break }
      let text = window.bytes(place..<window.end)
      let count = Self.strayLength(text)
      if let last = text[..<count].lastIndex(where: { $0 > 0x20 }) { end = place + last + 1 }
      place += count
    }
    deliverHeld(
      to: end,
      problem: (
        .unreadable,
        isBinary
          ? binaryReason : "text that belongs to no message: give only files that hold messages"
      ))
  }

  /// How many bytes from the first on are passed over before one that may begin something.
  private static func strayLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var index = 1
    while index < bytes.count {
      switch bytes[index] {
      case 0, 0x3C, 0xEF, 0x7B, 0x5B, 0x4D, 0x46, 0x42: return index
      default: index += 1
      }
    }
    return index
  }

  private var binaryReason: String {
    let head = window.withHeld(to: window.end) { bytes, _ in Array(bytes.prefix(4)) }
    return DeclaredEncoding.of(document: head).declared == .mark(.utf32)
      ? "it is in UTF-32: send UTF-8" : "not a text: send XML, JSON or ER7"
  }

  private func beginsDocument(_ place: Int, _ byte: UInt8) -> Bool {
    if byte == 0x3C { return lexer.beginsMarkup(place) }
    if byte == 0xEF { return window.has("\u{FEFF}", at: place) }
    guard byte == 0x7B || byte == 0x5B || byte == 0x4D || byte == 0x46 || byte == 0x42 else { return false }
    guard place > window.start, window.pointer(place - 1).pointee <= 0x0D else { return false }
    return byte == 0x7B || byte == 0x5B || beginsER7(place)
  }
}
