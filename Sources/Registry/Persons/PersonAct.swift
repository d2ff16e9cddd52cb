public import Clinical
import Crypto
import Foundation
import RegistryStore

/// What a human said of who is who, as an event of the chain. No name or number of a patient is in it.
struct PersonAct: Codable, Hashable {
  enum Kind: String, Codable {
    case merge, split
    /// Some reports of a record are another patient's.
    case splitRecord = "split-record"
    case notTheSame = "not-the-same"
    case undo
    /// A person says of a report that it is not theirs.
    case dispute
    case settle
    /// Another model of the index was put in force.
    case rebuild
  }

  var kind: Kind
  /// The codes it is about, as they were.
  var persons: [String] = []
  var records: [Int64] = []
  var actor: String
  /// Digest, by the registry's key, of the reason's words, which lie beside the chain.
  var textDigest = ""
  /// The event that is taken back.
  var undoes: String?
  /// Digest, by the registry's key, of institution and number of the report in dispute.
  var reportDigest: String?
  /// The same of the reports that are another patient's.
  var reportDigests: [String]?
  var areTheirs: Bool?
  /// The version of the model.
  var model: String?

  static let eventKind = "person"

  /// Told by what it says and where in the chain it stands.
  static func eventID(_ body: String, previous: [UInt8]) -> String {
    "person:" + Array(SHA256.hash(data: previous + Array(body.utf8))).prefix(6).hex
  }
}

/// Who says something of who is who, and why.
public struct PersonActReason: Sendable {
  public var actor: String
  public var words: String

  /// - Throws: `RegistryError.missingReason` when one of them is empty: nobody could answer for it later.
  public init(actor: String, words: String) throws {
    guard actor.nonBlank != nil, words.nonBlank != nil else {
      throw RegistryError.missingReason
    }
    self.actor = actor
    self.words = words
  }
}

/// What came of it.
public struct PersonActOutcome: Encodable, Sendable {
  /// To be named when it is to be undone.
  public var event: String
  /// The people that the records concerned belong to now.
  public var persons: [String]
  /// How many records changed the person they belong to.
  public var moved: Int
}

/// What an act says and what it changes, found out in the transaction that takes it: what its command presumed, another may have changed.
struct PlannedAct {
  var act: PersonAct
  /// Changes what the act says, with the event's id.
  var change: (_ event: String) throws -> Change

  /// What is to be brought into step.
  struct Change {
    /// Whose neighbourhood is to be grouped anew.
    var records: [Int64] = []
    /// Codes that records without another one go back to.
    var former: [Int64: String] = [:]
    /// Of which something else is told now: others may be like them.
    var retold: Set<Int64> = []
  }

  init(_ act: PersonAct, _ change: @escaping (_ event: String) throws -> Change) {
    self.act = act
    self.change = change
  }
}

extension Registry {
  /// Keeps an act in the chain and brings the grouping into step, in one transaction.
  ///
  /// - Parameter plan: looks in that transaction whether what the act presumes holds, and says what it changes.
  func act(_ reason: PersonActReason, _ plan: (Identifying) throws -> PlannedAct) throws -> PersonActOutcome {
    try store.write { try act(reason, in: $0, plan) }
  }

  func act(
    _ reason: PersonActReason, in transaction: any StoreTransaction, _ plan: (Identifying) throws -> PlannedAct
  ) throws -> PersonActOutcome {
    var outcome = PersonActOutcome(event: "", persons: [], moved: 0)
    try identify(in: transaction) { identifying in
      let planned = try plan(identifying)
      let event = try append(planned.act, reason, transaction)
      let change = try planned.change(event)
      let records = change.records
      let before = try Dictionary(
        uniqueKeysWithValues: Neighbourhood(of: records, transaction).records.map {
          ($0, try transaction.link(record: $0)?.person)
        })
      var linker = RecordLinker(
        transaction: transaction, recordedAt: transaction.recordedAt, matching: identifying.matching,
        actor: reason.actor,
        event: event, former: change.former)
      if !records.isEmpty { try linker.relink(around: records) }
      for record in change.retold.sorted() { try linker.relink(around: record) }
      outcome.event = event
      outcome.persons = Set(try records.compactMap { try transaction.link(record: $0)?.person }).sorted()
      outcome.moved = try before.count { try transaction.link(record: $0.key)?.person != $0.value }
    }
    return outcome
  }

  /// - Returns: the event's id.
  func append(_ act: PersonAct, _ reason: PersonActReason, _ transaction: any StoreTransaction) throws -> String {
    var act = act
    act.textDigest = try transaction.keyedDigest(reason.words)
    let body = try Registry.eventBody(act)
    let previous = try transaction.lastEventDigest() ?? Registry.chainStart
    let id = PersonAct.eventID(body, previous: previous)
    try transaction.append(
      Event(id: id, kind: PersonAct.eventKind, decisionID: nil, at: transaction.recordedAt, body: body))
    try transaction.insertEventText(id, text: reason.words)
    return id
  }
}

extension PersonAct {
  init(_ kind: Kind, persons: [String] = [], records: [Int64] = [], for reason: PersonActReason) {
    self.kind = kind
    self.persons = persons
    self.records = records
    actor = reason.actor
  }
}

/// An act as it is listed.
public struct PersonActView: Encodable, Sendable {
  public var event: String
  public var kind: String
  public var at: String
  public var actor: String
  /// Nil when the words were erased.
  public var reason: String?
  public var persons: [String]
  public var undoes: String?

  /// As a line for people.
  public var text: PrintedText {
    let about = (persons + [undoes].compactMap { $0 }).joined(separator: " ")
    return .row("\(at)", "\(event)", "\(kind)", "\(actor)", "\(about)", "\(reason ?? "(erased)")")
  }
}

extension Registry {
  /// What humans said of who is who, the last first.
  public func personActs() throws -> [PersonActView] {
    try store.read { transaction in
      let zone = try zone(transaction)
      let decoder = JSONDecoder()
      return try transaction.events(kind: PersonAct.eventKind).reversed().compactMap { event in
        guard let act = try? decoder.decode(PersonAct.self, from: Data(event.body.utf8)) else { return nil }
        return PersonActView(
          event: event.id, kind: act.kind.rawValue, at: zone.rfc3339(event.at), actor: act.actor,
          reason: try transaction.eventText(event.id), persons: act.persons, undoes: act.undoes)
      }
    }
  }
}
