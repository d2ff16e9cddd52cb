import Catalogue
import Clinical
public import Feeds
import Foundation
import Messages
import RegistryStore
import Synchronization

extension Registry {
  /// What an import did, and what it could not take (the first thousand).
  public struct ImportOutcome: Sendable {
    public var summary: ImportSummary
    public var problems: [ImportProblem]
    /// Reports that are known in a newer version (the first thousand).
    public var older: [ImportProblem] = []
  }

  /// What became of the body of a request.
  public enum ReceivedBody: Sendable {
    case one(Submission)
    case many(ImportOutcome)
    /// No message in it, and why.
    case nothing([FeedProblem])
  }

  /// Takes feeds in: read and split → parsed by workers → taken in in order, some thousand messages a transaction.
  ///
  /// A message counts as accepted only when its transaction is on disk. Killed at any moment, the same command again takes what
  /// was not yet taken and nothing twice.
  ///
  /// - Parameters:
  ///   - paths: files, folders, archives, `-`.
  ///   - institution: whose feed this is, for messages that do not say: its code. What names somebody else is refused.
  ///   - progress: called now and then from the task that imports.
  public func receive(
    _ paths: [String], from institution: String? = nil, limits: FeedLimits = FeedLimits(),
    progress: (ImportProgress) -> Void = { _ in }
  ) async throws -> ImportOutcome {
    let reference = try reference()
    if let institution, reference.data.institutions[institution] == nil {
      throw RegistryError.unknownInstitution(institution)
    }
    return try await receive(
      FeedReader(paths: paths, limits: limits, roots: reference.roots), of: institution.map { FeedOwner($0) },
      reference,
      as: ImportWriter(registry: self, bytesTotal: Registry.size(of: paths)), progress)
  }

  /// Takes in the body of a request beside others who write: some messages are one unit, and share their commit with what
  /// comes meanwhile.
  ///
  /// - Parameters:
  ///   - label: where it came from, for the quarantine.
  /// - Returns: the answer to a single message, or what became of many.
  /// - Throws: `RegistryError`, `StoreError`: what was committed before stays, and sent again changes nothing.
  public func receive(
    _ body: FeedBody, of owner: FeedOwner?, label: String, limits: FeedLimits = FeedLimits()
  ) async throws -> ReceivedBody {
    let reference = try reference()
    try expectKnown(owner, reference)
    var first = FeedReader(body, label: label, limits: limits, roots: reference.roots)
    let frames = [first.next(), first.next()].compactMap { $0 }
    if frames.count < 2, first.problems.isEmpty || frames.isEmpty {
      guard let frame = frames.first else { return .nothing(first.problems) }
      return .one(try await submit(frame, of: owner))
    }
    return .many(
      try await receive(
        FeedReader(body, label: label, limits: limits, roots: reference.roots), of: owner, reference,
        as: ImportWriter(registry: self, isShared: true)))
  }

  private func receive(
    _ reader: FeedReader, of owner: FeedOwner?, _ reference: LoadedReference, as begun: ImportWriter,
    _ progress: (ImportProgress) -> Void = { _ in }
  ) async throws -> ImportOutcome {
    let start = ContinuousClock.now
    var feed = reader
    // Who sends a body is answered what of it could not be read; a file is to be found again.
    if !begun.isShared { feed.watch(Set(try store.read { try $0.unreadFiles() }.map(\.label))) }
    let kept = try store.read { try $0.messageDictionaries() }
    var dictionaries = MessageDictionaries(ids: kept.ids, whole: kept.whole)
    var parsed = ParsedMessages()
    let looksAhead = store.isLarge
    // One transaction is on its way to the disk while the next is gathered. The first finds the index of people read already: reading it
    // within the transaction would keep waiting whoever else wants the writer.
    var committing = Task { () async throws -> ImportWriter in
      try self.readMatching { _, _ in }
      return begun
    }
    let workers = max(1, ProcessInfo.processInfo.activeProcessorCount - 1)
    // Enough on the way to keep the workers busy while the store commits, and no more: it bounds the memory.
    var running: [(task: Task<[MessageParser.Outcome], any Error>, bytes: Int)] = []
    defer { for (task, _) in running { task.cancel() } }
    while true {
      // Who shares commits makes them short.
      let batch = nextBatch(of: &feed, most: begun.isShared ? 32 : 256)
      if !batch.isEmpty {
        if let learnt = dictionaries.learn(from: batch) { parsed.dictionaries.append(learnt) }
        let task = Task.detached { [known = dictionaries.known, clock] in
          let parser = MessageParser(reference: reference, of: owner, clock: clock)
          let outcomes = parser.parse(batch, among: known)
          return looksAhead ? try self.lookAhead(outcomes) : outcomes
        }
        running.append((task, batch.reduce(0) { $0 + $1.bytes.count }))
      }
      if batch.isEmpty, running.isEmpty { break }
      let isFull = running.count > 2 * workers && running.reduce(0) { $0 + $1.bytes } > Registry.bytesInFlight
      guard batch.isEmpty || isFull else { continue }
      parsed.add(try await running.removeFirst().task.value)
      if parsed.isEnough || begun.isShared || running.isEmpty {
        let (receiving, complete) = (try await committing.value, parsed)
        progress(receiving.progress(feed, since: start))
        committing = Task { try await receiving.committing(complete) }
        parsed = ParsedMessages()
      }
    }
    var receiving = try await committing.value
    // Where there are claims the books follow at once, so that a report need not; but nobody waits for that.
    if try store.read({ try $0.hasBookEntries() }) { try keepBooksIfNobodyWaits() }
    // Half a second of folding is not left to whoever writes next, who may be a human that waits.
    if store.isLarge { try store.foldLog() }
    progress(receiving.progress(feed, since: start))
    for problem in feed.problems { receiving.add(problem) }
    if !begun.isShared { try keep(feed.problems.map { UnreadFile($0) }, mended: feed.mended) }
    receiving.summary.files = feed.files
    receiving.summary.seconds = (ContinuousClock.now - start).seconds
    return receiving.outcome
  }

  /// Bytes of messages between reading and committing.
  private static let bytesInFlight = 12 << 20

  /// Of plain files together; nil when anything else is among them.
  private static func size(of paths: [String]) -> Int? {
    var total = 0
    for path in paths {
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
        attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? Int
      else { return nil }
      total += size
    }
    return total
  }

  private func nextBatch(of feed: inout FeedReader, most: Int) -> [MessageFrame] {
    var batch: [MessageFrame] = []
    var bytes = 0
    while batch.count < most, bytes < 1 << 20, let frame = feed.next() {
      bytes += frame.bytes.count
      batch.append(frame)
    }
    return batch
  }
}

/// Parsed messages that wait for their transaction.
struct ParsedMessages {
  private(set) var outcomes: [MessageParser.Outcome] = []
  /// Those learnt meanwhile: what is compressed with them comes in this transaction at the earliest.
  var dictionaries: [MessageDictionary] = []
  private var bytes = 0

  init(_ outcomes: [MessageParser.Outcome] = []) { add(outcomes) }

  var isEnough: Bool { outcomes.count >= 3072 || bytes >= 8 << 20 }

  var isEmpty: Bool { outcomes.isEmpty && dictionaries.isEmpty }

  /// What is left when the dictionaries and the first messages are taken in.
  func dropping(_ taken: Int) -> ParsedMessages { ParsedMessages(Array(outcomes.dropFirst(taken))) }

  mutating func add(_ more: [MessageParser.Outcome]) {
    outcomes += more
    for case .ready(let message) in more { bytes += message.body.count }
  }
}

/// The writing end of an import: commits parsed messages, keeping count.
struct ImportWriter {
  private let registry: Registry
  private let bytesTotal: Int?
  /// Whether its commits are shared with whatever else is submitted.
  let isShared: Bool
  var summary = ImportSummary()
  private var problems: [ImportProblem] = []
  private var older: [ImportProblem] = []

  var outcome: Registry.ImportOutcome {
    Registry.ImportOutcome(summary: summary, problems: problems, older: older)
  }

  init(registry: Registry, bytesTotal: Int? = nil, isShared: Bool = false) {
    self.registry = registry
    self.bytesTotal = bytesTotal
    self.isShared = isShared
  }

  /// One transaction for some messages of the quarantine; what is taken leaves it in the same.
  mutating func retry(_ messages: [(quarantine: Int64, outcome: MessageParser.Outcome)]) throws {
    self = try registry.store.write { transaction in
      var result = self
      for (quarantine, outcome) in messages {
        let before = result.summary.quarantined
        result = try result.writing(ParsedMessages([outcome]), in: transaction).writer
        if result.summary.quarantined == before {
          try transaction.release(quarantine: quarantine, recordedAt: transaction.recordedAt)
        }
      }
      return result
    }
  }

  /// The same in the background: what will have been counted.
  func committing(_ parsed: ParsedMessages) async throws -> ImportWriter {
    var (writer, rest) = (self, parsed)
    while !rest.isEmpty {
      if isShared {
        (writer, rest) = try await registry.writing.submit(to: registry.store) { [writer, rest] transaction in
          let end = ContinuousClock.now + Self.longestShared
          return try writer.writing(rest, in: transaction) { ContinuousClock.now >= end }
        }
      } else {
        (writer, rest) = try await registry.store.writeInBackground { [writer, rest] transaction in
          try writer.writing(rest, in: transaction) { transaction.isAwaited }
        }
      }
    }
    return writer
  }

  /// How many messages a transaction takes in at least: for fewer its commit costs more than they do.
  private static let least = 12
  /// How long it takes of a commit that others wait for.
  private static let longestShared: Duration = .milliseconds(10)

  /// - Parameter mustEnd: asked before each message but the first ones, whether the rest is to be left to another transaction.
  /// - Returns: what will have been counted, and what was left.
  func writing(
    _ parsed: ParsedMessages, in transaction: any StoreTransaction, until mustEnd: () -> Bool = { false }
  ) throws -> (writer: ImportWriter, rest: ParsedMessages) {
    var result = self
    var taken = 0
    let recordedAt = transaction.recordedAt
    for dictionary in parsed.dictionaries { try transaction.insert(dictionary, recordedAt: recordedAt) }
    try registry.identify(in: transaction) { identifying in
      let ingestion = MessageIngestion(transaction: transaction, recordedAt: recordedAt)
      for outcome in parsed.outcomes {
        if taken >= Self.least, mustEnd() { break }
        taken += 1
        result.summary.messages += 1
        switch outcome {
        case .refused(let message):
          try result.quarantine(message, identifying)
        case .ready(let message):
          switch try ingestion.ingest(message, identifying: identifying) {
          case .accepted(let counts):
            result.summary.add(counts)
            if counts.older > 0, result.older.count < 1000 {
              result.older.append(
                ImportProblem(
                  label: message.label, line: message.line, column: message.column, path: "",
                  code: Finding.Code.older.rawValue,
                  reason: "known in a newer version: kept, and changes no answer"))
            }
          case .duplicate: result.summary.duplicate += 1
          case .conflict(let finding):
            let refused = RefusedMessage(
              digest: message.digest, finding: finding, label: message.label, frame: message.frame,
              prologue: message.prologue, line: message.line, column: message.column, feedOf: message.feedOf,
              body: message.body)
            try result.quarantine(refused, identifying)
          }
        }
      }
    }
    return (result, parsed.dropping(taken))
  }

  private mutating func quarantine(_ message: RefusedMessage, _ identifying: Identifying) throws {
    let finding = message.finding
    summary.quarantined += 1
    if problems.count < 1000 {
      problems.append(
        ImportProblem(
          label: message.label, line: finding.location.line, column: finding.location.column,
          path: finding.location.path, code: finding.code.rawValue, reason: finding.message))
    }
    try identifying.transaction.quarantine(
      QuarantinedMessage(
        digest: message.digest, code: finding.code.rawValue, reason: finding.message, label: message.label,
        line: finding.location.line, column: finding.location.column, path: finding.location.path,
        frameLine: message.line, frameColumn: message.column, feedOf: message.feedOf, frame: message.frame,
        prologue: message.prologue, recordedAt: identifying.recordedAt),
      feed: try identifying.feed(message.label), body: message.body)
  }

  /// A file that could not be read at all.
  mutating func add(_ problem: FeedProblem) {
    summary.quarantined += problem.count
    problems.append(
      ImportProblem(
        label: problem.label, line: 0, column: 0, path: "", code: problem.code.rawValue, reason: problem.reason))
  }

  /// One of before that still is to be imported again.
  mutating func add(unread file: QuarantinedMessage) {
    summary.quarantined += 1
    problems.append(
      ImportProblem(
        label: file.label, line: 0, column: 0, path: "", code: file.code, reason: "\(file.reason); \(UnreadFile.advice)"
      ))
  }

  func progress(_ feed: FeedReader, since start: ContinuousClock.Instant) -> ImportProgress {
    ImportProgress(
      messages: summary.messages, quarantined: summary.quarantined, bytesRead: feed.bytes,
      bytesTotal: bytesTotal, seconds: (ContinuousClock.now - start).seconds)
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
