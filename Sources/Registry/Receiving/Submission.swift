import Catalogue
public import Clinical
import Feeds
public import Messages
import RegistryStore

/// What became of one message that was submitted, and the answer its sender waits for.
public struct Submission: Sendable {
  /// AA: taken, or taken before; it is on disk. AE: kept in quarantine, with what is wrong. AR: nothing of it was kept.
  public var acknowledgement: Acknowledgement
  /// Nil when it is of none that is known.
  public var dialect: Dialect?
  /// Whether just this message was taken before.
  public var isKnown = false

  /// The acknowledgement in the form of the dialect; in pipes where there is none.
  public var written: String { acknowledgement.written(for: dialect ?? .hl7v2ER7) }
}

extension Registry {
  /// Takes in one message. From any number of threads: messages that come together are one commit, and each is whole or not there at all.
  ///
  /// - Parameters:
  ///   - bytes: of one message.
  ///   - institution: whose feed it is, for messages that do not say: its code.
  ///   - label: where it came from, for the quarantine.
  /// - Throws: `RegistryError`, or `StoreError` when nothing could be written: then the sender is to send it again.
  public func submit(_ bytes: [UInt8], from institution: String? = nil, label: String) async throws -> Submission {
    let reference = try reference()
    if let institution, reference.data.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    let splitter = MessageSplitter(bytes, label: label, roots: reference.roots)
    let first = splitter.next()
    guard let frame = first, splitter.next() == nil else {
      let reason =
        first == nil
        ? "there is no message in this: send one in a dialect that is known here"
        : "there are several messages in this: send each by itself, nothing was taken"
      let finding = Finding(.unreadable, reason, at: Location(line: 1, column: 1, path: "/"))
      return Submission(
        acknowledgement: Acknowledgement(
          outcome: .rejected, messageID: nil, findings: [finding],
          acknowledgedAt: reference.data.zone.rfc3339(clock())),
        dialect: nil)
    }
    let outcome = MessageParser(reference: reference, feedOf: institution, clock: clock).parse(frame)
    let taken = try await writing.submit(to: store) { try self.take(outcome, $0) }
    let envelope = outcome.envelope
    return Submission(
      acknowledgement: Acknowledgement(
        outcome: taken.isTaken ? .accepted : .error, messageID: envelope.messageID, findings: taken.findings,
        acknowledgedAt: reference.data.zone.rfc3339(taken.at)),
      dialect: envelope.dialect, isKnown: taken.isKnown)
  }
}

extension MessageParser.Outcome {
  fileprivate var envelope: MessageEnvelope {
    switch self {
    case .ready(let message): MessageEnvelope(dialect: message.dialect, messageID: message.messageID)
    case .refused(let message): message.envelope
    }
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
  private func take(_ outcome: MessageParser.Outcome, _ transaction: any StoreTransaction) throws -> Taken {
    let received = try ImportWriter(registry: self).writing(ParsedMessages([outcome]), in: transaction).writer
    let problem = received.outcome.problems.first
    var findings: [Finding] = []
    if case .ready(let message) = outcome { findings = message.findings }
    if case .refused(let message) = outcome { findings = [message.finding] }
    if let problem, case .ready = outcome {
      findings.append(
        Finding(
          Finding.Code(rawValue: problem.code) ?? .conflictingMessage, problem.reason,
          at: Location(line: problem.line, column: problem.column, path: problem.path)))
    }
    return Taken(
      isTaken: received.summary.quarantined == 0, isKnown: received.summary.duplicate > 0, findings: findings,
      at: transaction.recordedAt)
  }
}
