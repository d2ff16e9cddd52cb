/// One message as it was found in a feed: its bytes, and where they stood.
public struct MessageFrame: Sendable {
  public enum Kind: String, Sendable {
    case xml
    case json
    case er7
  }

  public var kind: Kind
  /// UTF-8: exactly one message element, JSON value or ER7 message. Of a frame with a problem, what there is of it.
  public var bytes: [UInt8]
  /// A start tag `<w xmlns:…="…">` that declares the prefixes bound by the elements around the message; empty when there are
  /// none. See `XMLTreeReader.read(_:within:line:column:)`.
  public var prologue: [UInt8] = []
  /// The file, or `archive.zip!entry`.
  public var label: String
  /// Bytes of the file before the message.
  public var offset: Int
  /// Counted from 1.
  public var line: Int
  /// Counted from 1, in characters.
  public var column: Int
  public var notes: [FrameNote] = []
  /// Why this cannot be a message. It is quarantined with its bytes.
  public var problem: FrameProblem?

  public init(
    kind: Kind, bytes: [UInt8], prologue: [UInt8] = [], label: String, offset: Int, line: Int, column: Int,
    notes: [FrameNote] = [], problem: FrameProblem? = nil
  ) {
    self.kind = kind
    self.bytes = bytes
    self.prologue = prologue
    self.label = label
    self.offset = offset
    self.line = line
    self.column = column
    self.notes = notes
    self.problem = problem
  }
}

/// Something worth knowing about a frame that is a message all the same.
public struct FrameNote: Hashable, Sendable {
  /// Spelt as the finding it becomes.
  public enum Code: String, Sendable {
    case encodingMislabelled = "encoding-mislabelled"
  }

  public var code: Code
  public var message: String
}

/// Why a frame cannot be a message. `reason` says what is wrong and what to do, and never quotes the frame.
public struct FrameProblem: Hashable, Sendable {
  /// Spelt as the finding it becomes.
  public enum Code: String, Sendable {
    case unreadable
    case doctypeRefused = "doctype-refused"
    case limitExceeded = "limit-exceeded"
    case unknownDialect = "unknown-dialect"
    case dependentEntries = "dependent-entries"
  }

  public var code: Code
  public var reason: String
  public var line: Int
  public var column: Int

  public init(code: Code, reason: String, line: Int, column: Int) {
    (self.code, self.reason, self.line, self.column) = (code, reason, line, column)
  }
}

/// Why a file, or part of an archive, could not be read at all.
public struct FeedProblem: Hashable, Sendable {
  public var label: String
  public var code: FrameProblem.Code
  public var reason: String
  /// How many files it stands for.
  public var count = 1
}
