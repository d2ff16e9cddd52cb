import Clinical
import Crypto
import Foundation
import RegistryStore
public import Savings

/// What `huren audit verify` found.
public struct EventVerification: Encodable, Sendable {
  public var events = 0
  public var algorithm = "SHA-256"
  /// The last event's digest, to be kept elsewhere.
  public var head = String(repeating: "0", count: 64)
  /// Counted from 1; nil when the chain is whole.
  public var firstDifference: Int?
  /// What is wrong there.
  public var difference: String?
  /// Where in the chain a head that was kept elsewhere stands; nil when it was not asked for or is not there.
  public var expectedHeadAt: Int?
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
    var result = try store.read { transaction in
      var result = EventVerification()
      var previous = [UInt8](repeating: 0, count: 32)
      try transaction.eachEvent { event, recordedAt, storedPrevious, digest in
        result.events += 1
        if result.firstDifference == nil {
          var difference: String?
          if storedPrevious != previous {
            difference = "it does not follow the event before it: one was removed, inserted or changed"
          } else if digest != Registry.chainDigest(event, recordedAt: recordedAt, previous: storedPrevious) {
            difference = "its content does not match its digest: it was changed"
          } else {
            difference = try contradiction(in: event, transaction)
          }
          if let difference { (result.firstDifference, result.difference) = (result.events, difference) }
        }
        previous = digest
        if digest.hex == expectedHead?.lowercased() { result.expectedHeadAt = result.events }
      }
      if result.events > 0 { result.head = previous.hex }
      return result
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

  /// All there is, told apart so that no two differences make up for each other.
  static func finestScope(at moment: Instant) -> AuditScope {
    var scope = AuditScope(at: moment)
    scope.dimensions = [.month, .institution, .item, .source]
    return scope
  }

  /// What an event's columns or words say that its body does not.
  private func contradiction(in event: Event, _ transaction: StoreTransaction) throws -> String? {
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
    return Registry.textDigest(text) == digest ? nil : "its words do not match their digest"
  }

  /// How events refer to words that may name a patient.
  static func textDigest(_ text: String) -> String { Array(SHA256.hash(data: Array(text.utf8))).hex }
}
