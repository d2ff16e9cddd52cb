import Clinical
import RegistryStore

/// What `huren audit verify` found.
public struct EventVerification: Encodable, Sendable {
  public var events = 0
  public var algorithm = "SHA-256"
  /// The last event's digest, to be kept elsewhere.
  public var head = String(repeating: "0", count: 64)
  /// Counted from 1; nil when the chain is whole.
  public var firstDifference: Int?
}

extension Registry {
  /// Walks the chain.
  ///
  /// - Returns: how many events there are, the head's digest, and the first that does not fit.
  public func verifyEvents() throws -> EventVerification {
    try store.read { transaction in
      var result = EventVerification()
      var previous = [UInt8](repeating: 0, count: 32)
      try transaction.eachEvent { event, recordedAt, storedPrevious, digest in
        result.events += 1
        let isRight =
          storedPrevious == previous
          && digest == Registry.chainDigest(event, recordedAt: recordedAt, previous: storedPrevious)
        if !isRight, result.firstDifference == nil { result.firstDifference = result.events }
        previous = digest
      }
      if result.events > 0 { result.head = previous.hex }
      return result
    }
  }
}
