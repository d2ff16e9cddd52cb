import XMLReading

extension MessageSplitter {
  /// A root that is no message: what is within it may be.
  func beginWrapper(_ token: MarkupToken) {
    hasFoundMessage = false
    lostDocument = nil
    wasCutOff = false
    if token.kind == .emptyTag || token.name.isEmpty {
      deliverUnknown(to: token.end)
      return
    }
    push(token)
    state = .wrapper
    // The document stays held from here: should nothing be found, it is delivered whole.
    run = TextRun(start: token.end)
    cursor = token.end
  }

  private func deliverUnknown(to end: Int) {
    if let lostDocument {
      deliver(lostDocument)
      cursor = end
    } else {
      deliverHeld(
        to: end,
        problem: (
          .unknownDialect,
          "no message is known by this root element, or within it: write a mapping for it (Samples/reference/mappings shows how)"
        ))
    }
    endDocument()
  }

  private func push(_ token: MarkupToken) {
    let tag = decoder.text(window.bytes(token.start..<token.end), declared, isMade: window.isUTF16).bytes
    wrappers.push(window.bytes(token.local), NamespaceBinding.all(in: tag))
  }

  /// Reads one piece of markup between messages.
  func stepWrapper() {
    let token = lexer.next(from: cursor)
    switch token.kind {
    case .comment, .instruction:
      run.add(.text, cursor..<token.start)
      cursor = token.end
    case .cdata:
      run.add(.text, cursor..<token.start)
      guard let end = lexer.endOfCDATA(from: token.end) else { return deliverRest() }
      run.add(.cdata, token.end..<end - 3)
      cursor = end
    case .startTag, .emptyTag: wrapperTag(token)
    case .endTag: wrapperEnd(token)
    case .declaration: wrapperDeclaration(token)
    case .doctype:
      if finishRun(at: token.start, beforeMessage: true) { return }
      hasFoundMessage = true
      window.hold(token.start)
      refuseDoctype(token)
      beginRun()
    case .unterminated: deliverRest()
    case .endOfFeed:
      if finishRun(at: token.start, beforeMessage: false) { return }
      cursor = token.end
      deliverUnclosed()
    }
  }

  private func wrapperTag(_ token: MarkupToken) {
    let isMessage = beginsMessage(token)
    // The run is in the window still: what the lexer kept, it kept for the tag.
    if finishRun(at: token.start, beforeMessage: isMessage) { return }
    if isMessage {
      hasFoundMessage = true
      deliverMessage(token)
      if state == .wrapper { beginRun(afterMessage: true) }
      return
    }
    cursor = token.end
    if token.kind == .startTag, !wrappers.isFull { push(token) }
    beginRun()
  }

  private func wrapperEnd(_ token: MarkupToken) {
    if finishRun(at: token.start, beforeMessage: false) { return }
    let index = wrappers.innermost(window.bytes(token.local))
    guard let index else {
      if hasFoundMessage {
        window.hold(token.start)
        deliverStrayEndTag(token)
      }
      cursor = token.end
      return beginRun()
    }
    wrappers.pop(to: index)
    cursor = token.end
    if !wrappers.isEmpty { return beginRun() }
    if hasFoundMessage { endDocument() } else { deliverUnknown(to: token.end) }
  }

  /// A declaration begins a new document, unless a message follows it: some senders paste whole documents into a wrapper.
  private func wrapperDeclaration(_ token: MarkupToken) {
    if finishRun(at: token.start, beforeMessage: false) { return }
    let declaration = Array(window.bytes(token.start..<token.end))
    let root = rootAfter(token)
    cursor = token.start
    guard root else { return deliverUnclosed() }
    readDeclaration(declaration)
    cursor = token.end
    beginRun()
  }

  private func rootAfter(_ declaration: MarkupToken) -> Bool {
    var place = declaration.end
    while let byte = window.byte(place, keeping: declaration.start), byte <= 0x20, place - declaration.end < 4096 {
      place += 1
    }
    guard window.byte(place, keeping: declaration.start) == 0x3C else { return false }
    var end = place + 1
    var local = end
    while let byte = window.byte(end, keeping: declaration.start), byte > 0x20, byte != 0x3E, byte != 0x2F,
      end - place < 256
    {
      end += 1
      if byte == 0x3A { local = end }
    }
    return roots.nesting(window.bytes(local..<end)) != nil
  }

  /// The wrapper ends before its end tag came: with the feed, or where another document begins.
  private func deliverUnclosed() {
    let end = cursor
    if !hasFoundMessage {
      deliverUnknown(to: end)
      return
    }
    // After a message that is cut off, that message tells it.
    if !wasCutOff {
      window.hold(end)
      deliverHeld(
        to: end,
        problem: (.unreadable, "the element around the messages is not closed: messages may be missing; send it again"))
    }
    endDocument()
  }

  private func beginRun(afterMessage: Bool = false) {
    run = TextRun(start: cursor, isAfterMessage: afterMessage)
    if !hasFoundMessage, lostDocument == nil {
      if window.holdsAll { return }
      lostDocument = held(to: cursor)
    }
    window.hold(cursor)
  }

  // MARK: Text

  /// Ends the text since the last tag: it may be messages in escaped form, or what is left of one.
  ///
  /// - Returns: true when messages in it come first: the markup behind it is looked at again after them.
  private func finishRun(at end: Int, beforeMessage: Bool) -> Bool {
    run.add(.text, cursor..<end)
    defer { run.pieces.removeAll(keepingCapacity: true) }
    if run.pieces.isEmpty { return false }
    guard window.holdsAll else {
      if hasFoundMessage || lostDocument != nil { finishLargeRun(at: end) }
      return false
    }
    if !isEscapedText, let text = EscapedText(run.pieces, window, decoder, declared), text.beginsMessage(roots) {
      hasFoundMessage = true
      embedded = EmbeddedMessages(text, in: self)
      cursor = end
      return true
    }
    if beforeMessage || run.isAfterMessage, run.holdsText(window) {
      window.hold(run.start)
      deliverHeld(
        to: end, problem: (.unreadable, "text that belongs to no message: give only files that hold messages"))
    }
    return false
  }

  /// A text larger than a message may be: of no interest unless it is one.
  private func finishLargeRun(at end: Int) {
    let frame = held(to: end)
    if let first = frame.bytes.first(where: { $0 > 0x20 }), first == 0x3C || first == 0x26 {
      hasFoundMessage = true
      deliver(frame)
    }
  }
}
