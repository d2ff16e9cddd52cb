import Clinical
import Crypto
import Foundation
import Recognition
import RegistryStore
import Savings

extension Registry {
  /// Keeps a decision as an event: the prompt 提醒.
  ///
  /// - Throws: `OrderProblem` when what it says of times could not be read back.
  func record(_ decision: Decision) throws {
    let text = decision.order.order.retestReasonText
    var event = RecordedDecision(decision)
    event.textDigest = text.map(Registry.textDigest)
    guard event.isPlausible else {
      throw OrderProblem(
        .invalidValue, field: "orderedAt",
        "a time that cannot be meant, here or where its results end to stand in: it lies from 1900-01-02 to 9998-12-31",
        orderID: event.orderId)
    }
    try store.write { transaction in
      if let id = try record(event, transaction), let text { try transaction.insertEventText(id, text: text) }
    }
  }

  /// - Returns: the new event's id; nil when the same question answered the same is there already.
  func record(_ event: RecordedDecision, _ transaction: StoreTransaction) throws -> String? {
    let id = "\(Registry.decisionEvents(event.orderingInstitution, event.orderId))\(event.decisionId)"
    if try transaction.eventBody(id) != nil { return nil }
    let body = try Registry.eventBody(event)
    try append(
      Event(id: id, kind: "decision", decisionID: event.decisionId, at: event.orderedAt.instant, body: body),
      transaction)
    return id
  }

  /// What the ids of the decisions of an order begin with.
  static func decisionEvents(_ institution: String, _ orderID: String) -> String {
    // Letters that are written alike are the same letters, in whichever of Unicode's forms they come.
    "decision:\(institution):\(orderID):".precomposedStringWithCanonicalMapping
  }

  /// The same event is the same bytes.
  ///
  /// - Throws: `RegistryError.notRepeatable` for what would not be read back as itself: in the chain it would be for ever.
  static func eventBody<Body: Codable & Equatable>(_ event: Body) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = try encoder.encode(event)
    guard let back = try? JSONDecoder().decode(Body.self, from: body), back == event else {
      throw RegistryError.notRepeatable(kind: "event")
    }
    return String(decoding: body, as: UTF8.self)
  }

  /// What stands before the first event.
  static let chainStart = [UInt8](repeating: 0, count: 32)

  /// Adds an event to the chain.
  ///
  /// - Throws: `RegistryError.notRepeatable` for a time that nobody can mean.
  func append(_ event: Event, _ transaction: StoreTransaction) throws {
    try transaction.append(event, recordedAt: clock())
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

extension StoreTransaction {
  /// Adds an event to the chain.
  ///
  /// - Throws: `RegistryError.notRepeatable` for a time that nobody can mean.
  func append(_ event: Event, recordedAt: Instant) throws {
    guard EventBounds.hold(EventTime(event.at)) else { throw RegistryError.notRepeatable(kind: event.kind) }
    let previous = try lastEventDigest() ?? Registry.chainStart
    try insertEvent(
      event, recordedAt: recordedAt, previous: previous,
      digest: Registry.chainDigest(event, recordedAt: recordedAt, previous: previous))
  }
}
