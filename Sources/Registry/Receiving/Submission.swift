import Catalogue
public import Clinical
public import Feeds
public import Messages
import RegistryStore

/// What became of one message that was submitted, and the answer its sender waits for.
public struct Submission: Sendable {
  /// AA: taken, or taken before; it is on disk. AR: refused, and it would be again; what there is of it lies in quarantine. AE: nothing
  /// could be kept just now (`trouble`): sent again, it may be taken.
  public var acknowledgement: Acknowledgement
  /// Nil when it is of none that is known.
  public var dialect: Dialect?
  /// Whether just this message was taken before.
  public var isKnown = false
  /// The code of the institution that it is of, where it came so far that it is known.
  public var institution: String?

  public init(acknowledgement: Acknowledgement, dialect: Dialect?, isKnown: Bool = false, institution: String? = nil) {
    (self.acknowledgement, self.dialect) = (acknowledgement, dialect)
    (self.isKnown, self.institution) = (isKnown, institution)
  }

  /// The acknowledgement in the form of the dialect; in pipes where there is none.
  public var written: String { acknowledgement.written(for: dialect ?? .hl7v2ER7) }

  /// Why it was refused; nil where it was not.
  public var refusal: Finding? {
    guard acknowledgement.outcome == .rejected else { return nil }
    return acknowledgement.findings.first { FindingTable.row(of: $0.code).isFatal }
  }
}

extension Acknowledgement {
  /// That a message could not be kept: what is wrong with the registry, not with it.
  public init(_ trouble: ErrorRow, answering envelope: MessageEnvelope, at acknowledgedAt: String) {
    self.init(
      outcome: .error, messageID: envelope.messageID, findings: [], acknowledgedAt: acknowledgedAt,
      trouble: Trouble(
        code: trouble.code, condition: trouble.condition, issue: trouble.issue, message: trouble.text.description),
      v2: envelope.v2)
  }
}

extension Registry {
  /// Takes in one message. From any number of threads: messages that come together are one commit, and each is whole or not there at all.
  ///
  /// - Parameters:
  ///   - bytes: of one message.
  ///   - institution: whose feed it is, for messages that do not say: its code.
  ///   - label: where it came from, for the quarantine.
  /// - Throws: `RegistryError.noReference`, `RegistryError.unknownInstitution`, `StoreError` when not even the reference data can be read.
  public func submit(_ bytes: [UInt8], from institution: String? = nil, label: String) async throws -> Submission {
    try await submit(bytes, of: institution.map { FeedOwner($0) }, label: label)
  }

  /// The same, of a feed of one institution or of several.
  public func submit(
    _ bytes: [UInt8], of owner: FeedOwner?, label: String, limits: FeedLimits = FeedLimits()
  ) async throws -> Submission {
    let reference = try reference()
    let splitter = MessageSplitter(bytes, label: label, roots: reference.roots, limits: limits)
    var frames: [MessageFrame] = []
    while let frame = splitter.next() { frames.append(frame) }
    return try await submit(frames, of: owner, reference)
  }

  /// One message, as it was found in a feed.
  public func submit(_ frame: MessageFrame, of owner: FeedOwner?) async throws -> Submission {
    try await submit([frame], of: owner, try reference())
  }

  /// What bytes that are no message are answered with in HL7 v2: by what can be read of their header.
  public func envelope(ofBroken bytes: [UInt8]) -> MessageEnvelope {
    let isXML = bytes.first { $0 > 0x20 } == 0x3C
    return MessageReader(context: ReadingContext()).envelope(ofBroken: bytes, notation: isXML ? .xml : .er7)
  }

  private func submit(
    _ frames: [MessageFrame], of owner: FeedOwner?, _ reference: LoadedReference
  ) async throws -> Submission {
    try expectKnown(owner, reference)
    let (main, beside) = Self.one(of: frames)
    guard let main else {
      let finding = Finding(
        .unreadable, "there is no message in this: send one in a dialect that is known here",
        at: Location(line: 1, column: 1, path: "/"))
      return Submission(
        acknowledgement: Acknowledgement(
          outcome: .rejected, messageID: nil, findings: [finding], acknowledgedAt: reference.data.zone.rfc3339(clock())),
        dialect: nil)
    }
    let parser = MessageParser(reference: reference, of: owner, clock: clock)
    let (outcome, envelope) = parser.answerable(main)
    let rest = beside.map { parser.parse($0) }
    do {
      let taken = try await writing.submit(to: store) { try self.take(outcome, beside: rest, $0) }
      return Submission(
        acknowledgement: Acknowledgement(
          outcome: taken.isTaken ? .accepted : .rejected, messageID: envelope.messageID, findings: taken.findings,
          acknowledgedAt: reference.data.zone.rfc3339(taken.at), v2: envelope.v2),
        dialect: envelope.dialect, isKnown: taken.isKnown, institution: outcome.institution)
    } catch let error as StoreError {
      return Submission(
        acknowledgement: Acknowledgement(
          ErrorTable.row(of: error), answering: envelope, at: reference.data.zone.rfc3339(clock())),
        dialect: envelope.dialect)
    }
  }

  /// The one message of what was sent as one, and the pieces beside it that belong to none: those lie in quarantine, as an import leaves
  /// them. Several messages cannot be answered as one: they are one piece that is no message.
  private static func one(of frames: [MessageFrame]) -> (main: MessageFrame?, beside: [MessageFrame]) {
    let whole = frames.indices.filter { frames[$0].problem == nil }
    if whole.count < 2 {
      guard let main = whole.first ?? frames.indices.first else { return (nil, []) }
      return (frames[main], frames.indices.filter { $0 != main }.map { frames[$0] })
    }
    var together = frames[whole[0]]
    together.bytes = Array(frames.map(\.bytes).joined(separator: [0x0D, 0x0A]))
    together.problem = FrameProblem(
      code: .unreadable, reason: "several messages where one is answered: send each by itself, nothing was taken",
      line: together.line, column: together.column)
    return (together, [])
  }
}

extension MessageParser.Outcome {
  fileprivate var institution: String? {
    guard case .ready(let message) = self else { return nil }
    return message.institution
  }
}

/// What became of a message in its commit.
private struct Taken: Sendable {
  var isTaken: Bool
  var isKnown: Bool
  var findings: [Finding]
  /// Of the commit.
  var at: Instant
}

extension Registry {
  private func take(
    _ outcome: MessageParser.Outcome, beside rest: [MessageParser.Outcome], _ transaction: any StoreTransaction
  ) throws -> Taken {
    let received = try ImportWriter(registry: self).writing(ParsedMessages([outcome]), in: transaction).writer
    if !rest.isEmpty { _ = try ImportWriter(registry: self).writing(ParsedMessages(rest), in: transaction) }
    let problem = received.outcome.problems.first
    var findings: [Finding] = []
    if case .ready(let message) = outcome { findings = message.findings }
    if case .refused(let message) = outcome { findings = [message.finding] }
    if let problem, case .ready = outcome {
      // What it is refused for goes first: an answer may have room for no more.
      findings.insert(
        Finding(
          Finding.Code(rawValue: problem.code) ?? .conflictingMessage, problem.reason,
          at: Location(line: problem.line, column: problem.column, path: problem.path)), at: 0)
    }
    if !rest.isEmpty {
      let text = "text beside the message that belongs to none: it lies in quarantine; send messages alone"
      findings.append(Finding(.leftAside, text, at: Location(line: 1, column: 1, path: "/")))
    }
    return Taken(
      isTaken: received.summary.quarantined == 0, isKnown: received.summary.duplicate > 0, findings: findings,
      at: transaction.recordedAt)
  }
}
