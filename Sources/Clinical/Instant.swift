/// A moment, in milliseconds since 1970-01-01T00:00:00Z, with how finely the sender told it.
///
/// A time given as a date alone is that day's first instant in the registry's zone
/// (design: recognition, "clinical time"), and keeps `precision == .day`.
public struct Instant: Hashable, Sendable, Comparable {
  /// How finely a time was stated. A year or a month alone cannot be placed and gives no `Instant`.
  public enum Precision: UInt8, Sendable, Comparable {
    case day = 0
    case hour
    case minute
    case second

    public static func < (a: Precision, b: Precision) -> Bool { a.rawValue < b.rawValue }
  }

  /// Milliseconds since the epoch, UTC.
  public var milliseconds: Int64
  public var precision: Precision

  public init(milliseconds: Int64, precision: Precision = .second) {
    self.milliseconds = milliseconds
    self.precision = precision
  }

  /// Moments are compared by where they lie, never by how finely they were told.
  public static func == (a: Instant, b: Instant) -> Bool { a.milliseconds == b.milliseconds }
  public static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }
  public func hash(into hasher: inout Hasher) { hasher.combine(milliseconds) }

  /// The moment `hours` of elapsed time later.
  public func adding(hours: Int) -> Instant {
    let (length, isBeyond) = Int64(hours).multipliedReportingOverflow(by: 3_600_000)
    let (sum, isOver) = milliseconds.addingReportingOverflow(length)
    // What is further away than can be counted is as far as can be.
    return Instant(milliseconds: isBeyond || isOver ? (hours < 0 ? .min : .max) : sum)
  }
}
