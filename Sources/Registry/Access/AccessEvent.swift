import Catalogue
public import Clinical
import Crypto
import Foundation
public import Recognition
import RegistryStore
public import Savings

/// That somebody asked for a person's data over the network, as the chain keeps it: also where it was refused. No name, number or value of
/// a patient is in it.
///
/// A decision that is recorded says the same of its question, and is not told twice.
public struct AccessEvent: Codable, Hashable, Sendable {
  /// What was asked for.
  public enum Kind: String, Codable, Sendable {
    case decision, query, feedback, record, report, image, page, message, events
  }

  /// Why it was asked for.
  public enum Purpose: String, Codable, Sendable {
    /// A test that is about to be ordered.
    case order
    case ownRecord = "own-record"
    /// Of a child in one's care.
    case care
    /// Opened in need, with a reason that is listed.
    case breakGlass = "break-glass"
    /// To find out who is who, or whose a report is.
    case review
    /// For a reason that is stated: the auditor's, the operator's.
    case stated
  }

  public enum Outcome: String, Codable, Sendable {
    case answered, refused
    /// No answer within the time that a clinician waits: nothing was said about prior results.
    case timedOut = "timed-out"
  }

  public var what: Kind
  public var by: AskedBy
  public var institution: String?
  /// The registry's code; nil where nobody was found.
  public var person: String?
  /// The registry's number of the source record that was asked about.
  public var record: Int64?
  public var purpose: Purpose
  public var outcome: Outcome
  /// The code of the error that it was refused with.
  public var error: String?
  public var decisionId: String?
  public var at: EventTime
  /// Digest of the stated reason, by the registry's key: the words lie beside the chain.
  public var textDigest: String?

  public init(
    _ what: Kind, by asked: AskedBy, institution: String?, purpose: Purpose, outcome: Outcome, at: Instant
  ) {
    (self.what, by, self.institution, self.purpose, self.outcome) = (what, asked, institution, purpose, outcome)
    self.at = EventTime(at)
  }

  static let kinds: Set<String> = ["access", "timed-out"]

  var eventKind: String { outcome == .timedOut ? "timed-out" : "access" }

  /// Told by what it says and where in the chain it stands: the same may be asked many times.
  static func eventID(_ body: String, previous: [UInt8]) -> String {
    "access:" + Array(SHA256.hash(data: previous + Array(body.utf8))).prefix(8).hex
  }
}

extension AccessEvent {
  /// A question that was answered.
  public init(_ decision: Decision, by asked: AskedBy, what: Kind, at: Instant) {
    self.init(
      what, by: asked, institution: decision.order.institution.code, purpose: .order, outcome: .answered, at: at)
    (person, record, decisionId) = (decision.person, decision.record, decision.id)
  }

  /// A question that was not.
  public init(_ problem: OrderProblem, by asked: AskedBy, institution: String?, at: Instant) {
    self.init(.decision, by: asked, institution: institution, purpose: .order, outcome: .refused, at: at)
    error = problem.code.rawValue
  }
}

extension Registry {
  /// Keeps that somebody asked, in the chain. From any number of threads: what comes together is one commit.
  ///
  /// - Parameter words: of a reason that was stated.
  /// - Throws: `StoreError` when nothing could be written: then nothing is to be answered.
  public func submit(access: AccessEvent, words: String? = nil) async throws {
    try await writing.submit(to: store, isUrgent: true) { try self.append(access, words: words, $0) }
  }

  func append(_ access: AccessEvent, words: String? = nil, _ transaction: any StoreTransaction) throws {
    var access = access
    access.textDigest = try words.map(transaction.keyedDigest)
    let body = try Registry.eventBody(access)
    let id = AccessEvent.eventID(body, previous: try transaction.lastEventDigest() ?? Registry.chainStart)
    try transaction.append(
      Event(id: id, kind: access.eventKind, decisionID: nil, at: access.at.instant, body: body))
    if let person = access.person { try transaction.indexLastEvent(person: person) }
    if let words { try transaction.insertEventText(id, text: words) }
  }
}
