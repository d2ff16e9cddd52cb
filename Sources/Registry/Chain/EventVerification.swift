import Clinical
import Crypto
import Foundation
import RegistryStore
public import Savings

/// What `huren audit verify` found.
public struct EventVerification: Encodable, Sendable {
  /// An event that an earlier version took, and no audit can count.
  public struct Unreadable: Encodable, Sendable {
    /// In the chain, counted from 1.
    public var place: Int
    public var id: String
  }

  public var events = 0
  public var algorithm = Registry.chainAlgorithm
  /// The last event's digest, to be kept elsewhere.
  public var head = String(repeating: "0", count: 64)
  /// Counted from 1; nil when the chain is whole.
  public var firstDifference: Int?
  /// What is wrong there.
  public var difference: String?
  /// Where in the chain a head that was kept elsewhere stands; nil when it was not asked for or is not there.
  public var expectedHeadAt: Int?
  /// Events that are as they were recorded and count in no figure: a time or an amount they hold cannot be meant.
  public var unreadable: [Unreadable] = []
  /// The totals, computed anew from the events.
  public var totals: SavingsFigures?
  /// Where the books that are kept say something else; nil where they agree.
  public var booksDifference: String?
  public var signature: ChainSignature?
}

extension Registry {
  /// Walks the chain, holds every event against its own body, and computes the totals anew.
  ///
  /// - Parameter expectedHead: the digest of an event, kept elsewhere: only that shows a chain that was cut or written anew.
  public func verifyEvents(expectedHead: String? = nil) throws -> EventVerification {
    var result = EventVerification()
    do {
      try store.read { try walk($0, expectedHead: expectedHead?.lowercased(), into: &result) }
    } catch {
      // The engine itself finds the file damaged there.
      if result.firstDifference == nil {
        (result.firstDifference, result.difference) = (
          result.events + 1, "it cannot be read: the file is damaged there"
        )
      }
    }
    if expectedHead != nil, result.expectedHeadAt == nil, result.firstDifference == nil {
      result.firstDifference = result.events + 1
      result.difference = "the head that was kept is nowhere in this chain: it was cut or written anew"
    }
    if result.events > 0, result.firstDifference == nil {
      let books = try comparedSavings(Registry.finestScope(at: clock()))
      result.totals = books.figures.total
      result.booksDifference = books.recompute?.difference
    }
    return result
  }

  /// Walks the chain of what a snapshot shows.
  func walk(
    _ transaction: any StoreSnapshot, expectedHead: String?, into result: inout EventVerification
  ) throws {
    var previous = Registry.chainStart
    // Events whose words are not there, by the digest of the words.
    var wordless: [String: Int] = [:]
    try transaction.eachChainedEvent { chained in
      result.events += 1
      if result.firstDifference == nil {
        let difference = try difference(in: chained, at: result.events, after: previous, transaction)
        if let difference { (result.firstDifference, result.difference) = (result.events, difference) }
        if difference == nil, chained.event.isUnreadable {
          result.unreadable.append(EventVerification.Unreadable(place: result.events, id: chained.event.id))
        }
        if !chained.hasWords {
          let body = Data(chained.event.body.utf8)
          let words = try? JSONDecoder().decode(Worded.self, from: body)
          if let digest = words?.textDigest ?? words?.reasonDigest { wordless[digest] = result.events }
        }
      }
      previous = chained.digest
      result.head = previous.hex
      if result.head == expectedHead { result.expectedHeadAt = result.events }
    }
    let end = result.events + 1
    let place = try transaction.strayWords().map { words in
      try wordless[transaction.keyedDigest(words)] ?? wordless[Registry.bareDigest(words)] ?? end
    }.min()
    if let place, place < result.firstDifference ?? .max {
      (result.firstDifference, result.difference) = (place, "its words lie under the id of no event")
    }
    if result.firstDifference == nil, try transaction.indexedEvents() > result.events {
      (result.firstDifference, result.difference) = (end, "it is gone: an index still has it")
    }
  }

  /// What of an event is not as it was recorded.
  private func difference(
    in chained: ChainedEvent, at place: Int, after previous: [UInt8], _ transaction: any StoreSnapshot
  ) throws -> String? {
    if chained.previous != previous {
      return "it does not follow the event before it: one was removed, inserted or changed"
    }
    if chained.algorithm != Registry.chainAlgorithm { return "it was chained by an algorithm that is not known here" }
    if chained.digest
      != Registry.chainDigest(chained.event, recordedAt: chained.recordedAt, previous: chained.previous)
    {
      return "its content does not match its digest: it was changed"
    }
    if chained.id != place || !chained.isSound { return "its number or the kind of a column is not as it was written" }
    if try !transaction.isIndexed(chained) { return "the indexes do not lead to it" }
    if let person = chained.event.personAskedFor, try !transaction.isIndexed(place: chained.id, person: person) {
      return "the index of who looked does not lead to it"
    }
    return chained.event.isUnreadable ? nil : try contradiction(in: chained.event, after: chained.previous, transaction)
  }

  /// All there is, told apart so that no two differences make up for each other.
  static func finestScope(at moment: Instant) -> AuditScope {
    var scope = AuditScope(at: moment)
    scope.dimensions = [.month, .institution, .item, .source]
    return scope
  }

  /// What an event's columns or words say that its body does not.
  private func contradiction(
    in event: Event, after previous: [UInt8], _ transaction: any StoreSnapshot
  ) throws -> String? {
    let body = Data(event.body.utf8)
    let isRight: Bool
    let digest: String?
    if event.kind == "decision" {
      guard let decision = try? JSONDecoder().decode(RecordedDecision.self, from: body) else {
        return "its body is no decision"
      }
      let id = Registry.decisionEvents(decision.orderingInstitution, decision.orderId) + decision.decisionId
      isRight =
        event.id == id && event.decisionID == decision.decisionId && event.at == decision.orderedAt.instant
      digest = decision.textDigest
    } else if event.kind == PersonAct.eventKind {
      guard let act = try? JSONDecoder().decode(PersonAct.self, from: body) else {
        return "its body is no act on persons"
      }
      isRight = event.id == PersonAct.eventID(event.body, previous: previous) && event.decisionID == nil
      digest = act.textDigest
    } else if event.kind.hasPrefix(PatientStatement.eventKinds) {
      guard let said = try? JSONDecoder().decode(PatientStatement.self, from: body) else {
        return "its body is no statement on patients' numbers"
      }
      isRight =
        event.id == PatientStatement.eventID(event.body, previous: previous) && event.kind == said.eventKind
        && event.decisionID == nil && event.at == said.at.instant
      digest = nil
    } else if AccessEvent.kinds.contains(event.kind) {
      guard let access = try? JSONDecoder().decode(AccessEvent.self, from: body) else {
        return "its body is no access to a person's data"
      }
      isRight =
        event.id == AccessEvent.eventID(event.body, previous: previous) && event.kind == access.eventKind
        && event.decisionID == nil && event.at == access.at.instant
      digest = access.textDigest
    } else if event.kind == AccountEvent.eventKind {
      guard (try? JSONDecoder().decode(AccountEvent.self, from: body)) != nil else {
        return "its body is no change of an account"
      }
      isRight = event.id == AccountEvent.eventID(event.body, previous: previous) && event.decisionID == nil
      digest = nil
    } else if event.kind == "alert" {
      guard let alert = try? JSONDecoder().decode(AlertEvent.self, from: body) else { return "its body is no alert" }
      if let contradiction = try contradiction(alert, in: event, transaction) { return contradiction }
      isRight = true
      digest = alert.textDigest
    } else {
      guard let feedback = try? JSONDecoder().decode(FeedbackEvent.self, from: body) else {
        return "its body is no feedback"
      }
      isRight =
        event.id == "feedback:" + feedback.event && event.kind == feedback.kind.rawValue
        && event.decisionID == feedback.decisionId && event.at == feedback.at.instant
      digest = feedback.textDigest
    }
    guard isRight else { return "its columns are not what its body says" }
    // Words that were erased leave their digest behind.
    guard let text = try transaction.eventText(event.id) else { return nil }
    return try transaction.isDigest(digest, of: text) ? nil : "its words do not match their digest"
  }
}

extension Event {
  /// Whose data it is about, by the code of then; nil where it is about nobody's.
  fileprivate var personAskedFor: String? {
    struct Asked: Decodable {
      var person: String?
    }
    guard kind == "decision" || AccessEvent.kinds.contains(kind) else { return nil }
    return (try? JSONDecoder().decode(Asked.self, from: Data(body.utf8)))?.person
  }

  /// Whether it is what an earlier version took, and no audit can count: all but a time or an amount is as it must be.
  fileprivate var isUnreadable: Bool {
    let body = Data(body.utf8)
    guard let named = try? JSONDecoder().decode(Named.self, from: body), named.decisionId == decisionID else {
      return false
    }
    if kind == "decision" {
      let isNamed =
        id == Registry.decisionEvents(named.orderingInstitution ?? "", named.orderId ?? "") + named.decisionId
      return isNamed && !((try? JSONDecoder().decode(RecordedDecision.self, from: body))?.isPlausible ?? false)
    }
    guard FeedbackEvent.Kind(rawValue: kind) != nil, id == "feedback:" + (named.event ?? "") else { return false }
    return !((try? JSONDecoder().decode(FeedbackEvent.self, from: body))?.isPlausible ?? false)
  }

  /// What tells an event about a decision.
  private struct Named: Decodable {
    var decisionId: String
    var orderId: String?
    var orderingInstitution: String?
    var event: String?
  }
}

/// What the events have in common that have words beside the chain.
private struct Worded: Decodable {
  var textDigest: String?
  /// Of an act on persons.
  var reasonDigest: String?
}
