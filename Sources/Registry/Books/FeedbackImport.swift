import Catalogue
import Clinical
import Foundation
import RegistryStore
public import Savings

/// What `huren feedback import` did.
public struct FeedbackSummary: Encodable, Sendable {
  /// A line that was refused, or set aside until its decision appears.
  public struct Problem: Encodable, Sendable {
    /// Counted from 1.
    public var line: Int
    public var event: String?
    public var code: String
    public var field: String?
    public var message: String
  }

  public var lines = 0
  public var taken = 0
  /// The same events were there already.
  public var known = 0
  /// About decisions that are not recorded here: kept, and applied when they are.
  public var quarantined = 0
  public var refused = 0
  public var problems: [Problem] = []
}

extension Registry {
  /// Takes feedback in: NDJSON, or CSV whose header has the same keys. A refused line is told with its number; the rest is taken.
  /// The same events again, in any order, change nothing.
  public func importFeedback(_ bytes: [UInt8]) throws -> FeedbackSummary {
    let reference = try reference().data
    var importing = FeedbackImporting(registry: self, reference: reference)
    let isJSON = bytes.first { $0 > 32 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }.map { $0 == 0x7B } ?? true
    if isJSON {
      for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated()
      where !line.allSatisfy({ $0 <= 32 }) {
        try importing.take(line: index + 1) { () throws(FeedbackProblem) in
          try FeedbackLine(json: Array(line), zone: reference.zone)
        }
      }
    } else {
      try importing.take(csv: bytes, zone: reference.zone)
    }
    try importing.commit()
    try keepBooksIfNobodyWaits()
    return importing.summary
  }
}

/// Gathers lines and commits them by the thousand, keeping count.
private struct FeedbackImporting {
  private let registry: Registry
  private let reference: ReferenceData
  private var pending: [(line: Int, read: FeedbackLine)] = []
  private(set) var summary = FeedbackSummary()

  init(registry: Registry, reference: ReferenceData) {
    self.registry = registry
    self.reference = reference
  }

  mutating func take(csv bytes: [UInt8], zone: RegistryZone) throws {
    let records: [CSVRecord]
    do throws(CSVError) {
      records = try CSVReader.records(bytes)
    } catch {
      summary.lines += 1
      refuse(FeedbackProblem(.notCSV, field: nil, error.message), line: error.line, event: nil)
      return
    }
    guard let header = records.first else { return }
    for record in records.dropFirst() {
      try take(line: record.line) { () throws(FeedbackProblem) in
        try FeedbackLine(header: header.fields, fields: record.fields, zone: zone)
      }
    }
  }

  mutating func take(line: Int, _ read: () throws(FeedbackProblem) -> FeedbackLine) throws {
    summary.lines += 1
    do throws(FeedbackProblem) {
      pending.append((line, try read()))
    } catch {
      refuse(error, line: line, event: nil)
    }
    if pending.count >= 1000 { try commit() }
  }

  /// One transaction for all that is pending; counted only when it is on disk.
  mutating func commit() throws {
    if pending.isEmpty { return }
    var after = self
    after.pending = []
    try registry.store.write { transaction in
      var decided = DecidedOrders(transaction: transaction)
      for (line, read) in pending {
        do {
          switch try registry.take(read, reference, &decided, transaction) {
          case .taken: after.summary.taken += 1
          case .known: after.summary.known += 1
          case .quarantined:
            after.summary.quarantined += 1
            after.note(
              FeedbackProblem(
                .unknownDecision, field: "decisionId",
                "no such decision is recorded here: kept, and applied when it appears"),
              line: line, event: read.event.event)
          }
        } catch let problem as FeedbackProblem {
          after.refuse(problem, line: line, event: read.event.event)
        }
      }
    }
    self = after
  }

  private mutating func refuse(_ problem: FeedbackProblem, line: Int, event: String?) {
    summary.refused += 1
    note(problem, line: line, event: event)
  }

  private mutating func note(_ problem: FeedbackProblem, line: Int, event: String?) {
    summary.problems.append(
      FeedbackSummary.Problem(
        line: line, event: event, code: problem.code.rawValue, field: problem.field, message: problem.message))
  }
}

/// What became of one line of feedback.
public enum FeedbackOutcome: String, Sendable, Codable {
  /// In the chain now, or there already.
  case taken, known
  /// Its decision is not recorded here: kept, and applied when it appears.
  case quarantined
}

extension Registry {
  /// Takes one line of feedback in, as NDJSON. From any number of threads: what comes together is one commit. The books follow when they
  /// are asked.
  ///
  /// - Returns: what became of it, when it is on disk.
  /// - Throws: `FeedbackProblem` for what is refused, `RegistryError`, or `StoreError` when nothing could be written.
  public func submit(feedback line: [UInt8]) async throws -> FeedbackOutcome {
    let reference = try reference().data
    let read = try FeedbackLine(json: line, zone: reference.zone)
    return try await writing.submit(to: store) { transaction in
      var decided = DecidedOrders(transaction: transaction)
      return try self.take(read, reference, &decided, transaction)
    }
  }

  /// Takes lines of feedback in, in their order, as one commit; each is taken, or refused, by itself.
  ///
  /// - Parameter institution: whose they are. Nobody answers for another institution's decisions, or learns of them: what names one waits
  ///   as what names none does. The ids of its events are its own.
  /// - Returns: what became of each, when all is on disk.
  /// - Throws: `RegistryError`, or `StoreError` when nothing could be written.
  public func submit(
    feedback lines: [[UInt8]], of institution: String
  ) async throws -> [Result<FeedbackOutcome, FeedbackProblem>] {
    let reference = try reference().data
    let read = lines.map { line in
      Result { () throws(FeedbackProblem) in try FeedbackLine(json: line, zone: reference.zone) }
    }
    return try await writing.submit(to: store, isUrgent: true) { transaction in
      var decided = DecidedOrders(transaction: transaction)
      return try read.map { line in
        do {
          let line = try self.own(line.get().withDigest(transaction), of: institution, transaction)
          return .success(try transaction.unit { try self.take(line, reference, &decided, transaction) })
        } catch let problem as FeedbackProblem {
          return .failure(problem)
        }
      }
    }
  }

  /// A line as an institution's own: where its event has an id that another used for theirs, under one of its own.
  private func own(
    _ line: FeedbackLine, of institution: String, _ transaction: any StoreSnapshot
  ) throws -> FeedbackLine {
    var line = line
    let known = try transaction.eventBody("feedback:" + line.event.event)
      .flatMap { try? JSONDecoder().decode(FeedbackEvent.self, from: Data($0.utf8)) }
    guard let known, known.institution != institution else {
      line.event.institution = institution
      return line
    }
    // What the operator took in of it before is the same event.
    if known.institution == nil, known == line.event || known == line.event.asEarlier(line.text),
      let decision = try transaction.decisionBody(known.decisionId),
      let named = try? JSONDecoder().decode(RecordedDecision.self, from: Data(decision.utf8)),
      named.orderingInstitution == institution
    {
      return line
    }
    line.event.institution = institution
    line.event.event += "@" + institution
    return line
  }

  /// - Throws: `FeedbackProblem` for what is refused.
  fileprivate func take(
    _ line: FeedbackLine, _ reference: ReferenceData, _ decided: inout DecidedOrders,
    _ transaction: any StoreTransaction
  ) throws -> FeedbackOutcome {
    let event = try line.withDigest(transaction).event
    let id = "feedback:" + event.event
    let body = try Registry.eventBody(event)
    let known = try transaction.eventBody(id)
    if let known, known != body, try known != Registry.eventBody(event.asEarlier(line.text)) {
      throw FeedbackProblem(
        .conflictingEvent, field: "event", "this event id was used before for other content: give each event its own id"
      )
    }
    let named = try decided.decision(event.decisionId).flatMap { event.mayAnswer($0) ? $0 : nil }
    if known == nil {
      try event.checkAlone()
      if let named {
        let newest = try decided.newest(of: named, about: event.item)
        try event.check(against: named, newest: newest, in: reference)
      }
      try transaction.append(
        Event(id: id, kind: event.kind.rawValue, decisionID: event.decisionId, at: event.at.instant, body: body))
      if let text = line.text { try transaction.insertEventText(id, text: text) }
    }
    if named == nil { return .quarantined }
    return known == nil ? .taken : .known
  }
}

/// The decisions that feedback is about, each read once in a transaction, however many lines name it.
private struct DecidedOrders {
  private let transaction: any StoreSnapshot
  private var named: [String: RecordedDecision?] = [:]
  /// By what the ids of an order's decisions begin with, of each item the newest decision.
  private var newest: [String: [String: RecordedDecision]] = [:]
  private let decoder = JSONDecoder()

  init(transaction: any StoreSnapshot) { self.transaction = transaction }

  /// A decision; nil where none is recorded, or none that can be read.
  mutating func decision(_ id: String) throws -> RecordedDecision? {
    if let known = named[id] { return known }
    let decision = try transaction.decisionBody(id).flatMap(read)
    named[id] = .some(decision)
    return decision
  }

  /// The newest decision that an order had of an item; of several of one time the last recorded.
  mutating func newest(of decision: RecordedDecision, about item: String) throws -> RecordedDecision {
    let prefix = Registry.decisionEvents(decision.orderingInstitution, decision.orderId)
    if newest[prefix] == nil {
      var byItem: [String: RecordedDecision] = [:]
      for asked in try transaction.eventBodies(idPrefix: prefix).compactMap(read)
      where asked.orderingInstitution == decision.orderingInstitution && asked.orderId == decision.orderId {
        for item in Set(asked.items.map(\.item)) where byItem[item].map({ $0.orderedAt <= asked.orderedAt }) ?? true {
          byItem[item] = asked
        }
      }
      newest[prefix] = byItem
    }
    return newest[prefix]?[item] ?? decision
  }

  private func read(_ body: String) -> RecordedDecision? {
    let decision = try? decoder.decode(RecordedDecision.self, from: Data(body.utf8))
    return decision.flatMap { $0.isPlausible ? $0 : nil }
  }
}

extension FeedbackEvent {
  /// As an earlier version kept it, whose digests had no key: the same feedback again is the same.
  fileprivate func asEarlier(_ words: String?) -> FeedbackEvent {
    var event = self
    event.textDigest = words.map(Registry.bareDigest)
    return event
  }
}

extension FeedbackLine {
  /// Its event with the digest of its words, as the chain keeps it.
  fileprivate func withDigest(_ transaction: any StoreSnapshot) throws -> FeedbackLine {
    var line = self
    line.event.textDigest = try text.map(transaction.keyedDigest)
    return line
  }
}
