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
  public var signature: ChainSignature?
}

extension Registry {
  /// Walks the chain, holds every event against its own body, and computes the totals anew.
  ///
  /// - Parameter expectedHead: the digest of an event, kept elsewhere: only that shows a chain that was cut or written anew.
  public func verifyEvents(expectedHead: String? = nil) throws -> EventVerification {
    var result = try store.read { transaction in
      var result = EventVerification()
      var previous = Registry.chainStart
      try transaction.eachEvent { event, recordedAt, storedPrevious, digest in
        result.events += 1
        if result.firstDifference == nil {
          var difference: String?
          if storedPrevious != previous {
            difference = "it does not follow the event before it: one was removed, inserted or changed"
          } else if digest != Registry.chainDigest(event, recordedAt: recordedAt, previous: storedPrevious) {
            difference = "its content does not match its digest: it was changed"
          } else {
            difference = try contradiction(in: event, after: storedPrevious, transaction)
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
      result.totals = try auditSavings(AuditScope(at: clock())).figures.total
    }
    return result
  }

  /// What an event's columns or words say that its body does not.
  private func contradiction(
    in event: Event, after previous: [UInt8], _ transaction: StoreTransaction
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
      digest = act.reasonDigest
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
    return Registry.textDigest(text) == digest ? nil : "its words do not match their digest"
  }

  /// How events refer to words that may name a patient.
  static func textDigest(_ text: String) -> String { Array(SHA256.hash(data: Array(text.utf8))).hex }
}
