/// The messages of one text within a document, read one by one while the document waits.
struct EmbeddedMessages {
  private let text: EscapedText
  private let splitter: MessageSplitter
  private let window: Window
  private var locator = EscapedText.Locator()

  init(_ text: EscapedText, in document: MessageSplitter) {
    self.text = text
    window = document.window
    splitter = MessageSplitter(
      MemorySource(text.bytes), label: document.label, roots: document.roots, limits: document.limits,
      isEscapedText: true)
  }

  /// The next one, with its place in the document; nil when there is none left.
  mutating func next() -> MessageFrame? {
    guard var frame = splitter.next() else { return nil }
    let position = window.position(text.place(of: frame.offset, &locator, in: window))
    frame.offset = position.offset
    frame.line = position.line
    frame.column = position.column
    frame.notes += text.notes
    if frame.problem == nil, let reason = text.problem {
      frame.problem = FrameProblem(code: .unreadable, reason: reason, line: 0, column: 0)
    }
    frame.problem?.line = position.line
    frame.problem?.column = position.column
    return frame
  }
}
