import Clinical
import Crypto
import Foundation
import Recognition
import RegistryStore
import Savings

extension Registry {
  /// Keeps a decision as an event: the prompt 提醒.
  func record(_ decision: Decision) throws {
    let text = decision.order.order.retestReasonText
    var event = RecordedDecision(decision)
    event.textDigest = text.map(Registry.textDigest)
    let body = try Registry.eventBody(event)
    try store.write { transaction in
      // The same question answered the same is one event.
      let id = "\(Registry.decisionEvents(event.orderingInstitution, event.orderId))\(decision.id)"
      if try transaction.eventBody(id) != nil { return }
      try append(
        Event(id: id, kind: "decision", decisionID: decision.id, at: decision.order.order.orderedAt, body: body),
        transaction)
      if let text { try transaction.insertEventText(id, text: text) }
    }
  }

  /// What the ids of the decisions of an order begin with.
  static func decisionEvents(_ institution: String, _ orderID: String) -> String {
    "decision:\(institution):\(orderID):"
  }

  /// The same event is the same bytes.
  static func eventBody(_ event: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(event), as: UTF8.self)
  }

  /// What stands before the first event.
  static let chainStart = [UInt8](repeating: 0, count: 32)

  /// Adds an event to the chain.
  func append(_ event: Event, _ transaction: StoreTransaction) throws {
    let recordedAt = clock()
    let previous = try transaction.lastEventDigest() ?? Registry.chainStart
    try transaction.insertEvent(
      event, recordedAt: recordedAt, previous: previous,
      digest: Registry.chainDigest(event, recordedAt: recordedAt, previous: previous))
  }

  /// SHA-256 over the predecessor's digest and every field, lengths included.
  static func chainDigest(_ event: Event, recordedAt: Instant, previous: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: previous)
    let fields = [
      event.id, event.kind, event.decisionID ?? "", String(event.at.milliseconds), String(recordedAt.milliseconds),
      event.body,
    ]
    for field in fields {
      hash.update(data: Array("\(field.utf8.count):".utf8))
      hash.update(data: Array(field.utf8))
    }
    return Array(hash.finalize())
  }
}
