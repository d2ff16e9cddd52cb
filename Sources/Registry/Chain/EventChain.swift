import Clinical
import Crypto
import Foundation
import RegistryStore
import Savings

/// The chain of events: what a body must hold to lie in it, the digest that ties an event to the one before it, and its end.
extension Registry {
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

  /// Of the digests that tie events; each event keeps which it was tied by.
  static let chainAlgorithm = "SHA-256"

  /// What stands before the first event.
  static let chainStart = [UInt8](repeating: 0, count: 32)

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
  func append(_ event: Event) throws {
    guard EventBounds.hold(EventTime(event.at)) else { throw RegistryError.notRepeatable(kind: event.kind) }
    let previous = try lastEventDigest() ?? Registry.chainStart
    try insertEvent(
      event, recordedAt: recordedAt, previous: previous,
      digest: Registry.chainDigest(event, recordedAt: recordedAt, previous: previous))
  }
}
