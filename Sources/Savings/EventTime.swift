public import Clinical

/// A moment as event bodies write it: RFC 3339, always in China's offset, so that the same moment is the same bytes whatever the
/// policy's zone.
public struct EventTime: Hashable, Sendable, Comparable, Codable {
  public var instant: Instant

  public init(_ instant: Instant) { self.instant = instant }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let instant = RegistryZone.shanghai.instant(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a time that can be placed")
    }
    self.instant = instant
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(RegistryZone.shanghai.rfc3339(instant))
  }

  public static func < (a: EventTime, b: EventTime) -> Bool { a.instant < b.instant }
}
