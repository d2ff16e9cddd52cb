import Catalogue
public import Clinical
public import Feeds
import Messages

/// What a message would become, for the integrator's own terminal: it holds the patient's data.
public struct ExplainedMessage: Encodable, Sendable {
  public struct Datum: Encodable, Sendable {
    public var name: String
    public var value: String
    public var path: String?
    public var line: Int?
    /// The key of the mapping file that led there.
    public var key: String?
  }

  public struct Note: Encodable, Sendable {
    public var code: String
    public var message: String
    public var line: Int
    public var column: Int
    public var path: String
  }

  public var file: String
  public var line: Int
  public var isAccepted: Bool
  public var dialect: String?
  public var mapping: String?
  public var data: [Datum]
  public var notes: [Note]
  /// Texts of the message that no key of the mapping asks for.
  public var unused: [String]

  /// As lines for a terminal.
  public func text(withData: Bool) -> [PrintedText] {
    let verdict = [isAccepted ? "would be accepted as" : "would be quarantined", dialect, mapping]
    var lines: [PrintedText] = ["\(file):\(line): \(verdict.compactMap { $0 }.joined(separator: " "))"]
    if withData {
      let width = min(48, data.map(\.name.count).max() ?? 0)
      for datum in data {
        let name = datum.name.padding(to: width)
        let place = [datum.line.map { "line \($0)" }, datum.path, datum.key.map { "← \($0)" }].compactMap { $0 }
        let told = place.isEmpty ? "" : "    (\(place.joined(separator: ", ")))"
        lines.append("  \(name)  \(datum.value)\(told)")
      }
      if !unused.isEmpty { lines.append("  not used: \(unused.joined(separator: ", "))") }
    }
    for note in notes {
      lines.append("  \(note.code): \(note.message) (line \(note.line):\(note.column) \(note.path))")
    }
    return lines
  }
}

extension Registry {
  /// The reference data for a dry run: a folder, else what is loaded, else none (dialects can be explained without).
  public static func referenceForDryRun(directory: String?, registry: Registry?) throws -> LoadedReference? {
    if let directory { return try LoadedReference(generation: 0, folder: try referenceFolder(directory)) }
    return try? registry?.reference()
  }
}

/// Shows what messages would become, and stores nothing. Not for sharing between threads.
public final class Explainer {
  private let parser: MessageParser
  private let roots: MessageRoots
  /// Whether an unknown sender is told too.
  private let resolves: Bool

  /// - Parameters:
  ///   - reference: nil: without mappings, and nobody is asked who the sender is.
  ///   - institution: whose feed it is, for messages that do not say.
  ///   - clock: what no message may lie more than a day ahead of.
  public init(
    reference: LoadedReference?, from institution: String? = nil,
    clock: @escaping @Sendable () -> Instant = Registry.systemClock
  ) throws {
    let loaded =
      try reference
      ?? LoadedReference(
        generation: 0, folder: ReferenceFolder(files: ["policy.yaml": Array("consentDefault: deny".utf8)]))
    parser = MessageParser(reference: loaded, of: institution.map { FeedOwner($0) }, clock: clock)
    roots = loaded.roots
    resolves = reference != nil
  }

  /// The messages of files, folders and archives.
  ///
  /// - Returns: how many there were.
  public func explain(_ paths: [String], limits: FeedLimits, _ body: (ExplainedMessage) -> Void) -> Int {
    var feed = FeedReader(paths: paths, limits: limits, roots: roots)
    var count = 0
    while let frame = feed.next() {
      count += 1
      body(parser.explain(frame, resolves: resolves))
    }
    for problem in feed.problems {
      let note = ExplainedMessage.Note(
        code: problem.code.rawValue, message: problem.reason, line: 0, column: 0, path: "")
      body(ExplainedMessage(file: problem.label, line: 0, isAccepted: false, data: [], notes: [note], unused: []))
    }
    return count
  }

  /// The messages of a text in memory.
  public func explain(_ bytes: [UInt8], label: String, _ body: (ExplainedMessage) -> Void) {
    let splitter = MessageSplitter(bytes, label: label, roots: roots)
    while let frame = splitter.next() { body(parser.explain(frame, resolves: resolves)) }
  }
}

extension MessageParser {
  /// - Parameter resolves: whether an unknown sender is told too.
  func explain(_ frame: MessageFrame, resolves: Bool) -> ExplainedMessage {
    var explained = ExplainedMessage(
      file: frame.label, line: frame.line, isAccepted: false, data: [], notes: [], unused: [])
    var findings: [Finding] = []
    let (told, outcome) = explanation(frame)
    if let read = told {
      explained.dialect = read.dialect?.rawValue
      explained.mapping = read.mapping
      explained.data = read.explanation.data.map {
        .init(name: $0.name, value: $0.value, path: $0.path, line: $0.line, key: $0.key)
      }
      explained.unused = read.explanation.unusedPaths.map(\.path)
      findings = notes(of: frame) + read.explanation.findings
      explained.isAccepted = read.explanation.isAccepted
    }
    switch outcome {
    case .ready(let message): findings = message.findings
    case .refused(let message):
      let isOnlySender = message.finding.code == .unknownSender && !resolves
      if !isOnlySender {
        explained.isAccepted = false
        if !findings.contains(message.finding) { findings.insert(message.finding, at: 0) }
      }
    }
    explained.notes = findings.map {
      .init(
        code: $0.code.rawValue, message: $0.message, line: $0.location.line, column: $0.location.column,
        path: $0.location.path)
    }
    return explained
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    count >= width ? self : self + String(repeating: " ", count: width - count)
  }
}
