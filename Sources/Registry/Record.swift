import Catalogue
import Clinical
import Crypto
import Foundation
import Recognition
import RegistryStore

extension Registry {
  /// Keeps a decision as an event: the prompt 提醒. Values and names are not in it, only what was decided and on which report
  /// versions, so that erasing a person does not break the chain.
  func record(_ decision: Decision) throws {
    let event = RecordedDecision(decision, zone: try reference().data.zone)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let body = String(decoding: try encoder.encode(event), as: UTF8.self)
    try store.write { transaction in
      // The same question answered the same is one event.
      let id = "decision:\(decision.order.institution.code):\(event.orderId):\(decision.id)"
      try append(
        Event(id: id, kind: "decision", decisionID: decision.id, at: decision.order.order.orderedAt, body: body),
        transaction)
    }
  }

  /// Adds an event to the chain; one that is there already is left as it is.
  func append(_ event: Event, _ transaction: StoreTransaction) throws {
    if try transaction.hasEvent(event.id) { return }
    let recordedAt = clock()
    let previous = try transaction.lastEventDigest() ?? [UInt8](repeating: 0, count: 32)
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

  /// Walks the chain.
  ///
  /// - Returns: how many events there are, the head's digest, and the first that does not fit.
  public func verifyEvents() throws -> EventVerification {
    try store.read { transaction in
      var result = EventVerification(events: 0, head: String(repeating: "0", count: 64))
      var previous = [UInt8](repeating: 0, count: 32)
      try transaction.eachEvent { event, recordedAt, storedPrevious, digest in
        result.events += 1
        let isRight =
          storedPrevious == previous
          && digest == Registry.chainDigest(event, recordedAt: recordedAt, previous: storedPrevious)
        if !isRight, result.firstDifference == nil { result.firstDifference = result.events }
        previous = digest
      }
      result.head = previous.hex
      return result
    }
  }
}

/// What `huren audit verify` found.
public struct EventVerification: Encodable, Sendable {
  public var events: Int
  /// The last event's digest, to be kept elsewhere.
  public var head: String
  /// Counted from 1; nil when the chain is whole.
  public var firstDifference: Int?
}

/// The part of a decision that the books need.
private struct RecordedDecision: Encodable {
  struct Chosen: Encodable {
    var institution: String
    var reportId: String
    var item: String
    var version: String
  }

  struct Item: Encodable {
    var item: String
    var inPanel: String?
    var outcome: String
    var priceFen: Int?
    var validUntil: String?
    var chosen: [Chosen]
  }

  var orderId: String
  var decisionId: String
  var person: String
  var orderingInstitution: String
  var department: String?
  var clinician: String?
  var setting: String
  var orderedAt: String
  var retestReason: Int?
  var items: [Item]

  init(_ decision: Decision, zone: RegistryZone) {
    let order = decision.order.order
    orderId = order.id
    decisionId = decision.id
    person = decision.person
    orderingInstitution = decision.order.institution.code
    department = order.department
    clinician = order.clinician
    setting = order.setting.rawValue
    orderedAt = zone.rfc3339(order.orderedAt)
    retestReason = decision.order.retestReason?.rawValue
    items = decision.items.map { item in
      Item(
        item: item.item.code, inPanel: item.inPanel, outcome: item.outcome.rawValue, priceFen: item.priceFen,
        validUntil: item.validUntil.map { zone.rfc3339($0) },
        chosen: item.chosen.map {
          Chosen(
            institution: $0.candidate.institution, reportId: $0.candidate.reportID, item: $0.candidate.item.code,
            version: $0.candidate.version)
        })
    }
  }
}
