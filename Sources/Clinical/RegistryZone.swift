import Foundation

/// The registry's time zone, as a table of its changes: placing a time in it is a search, not a call into ICU,
/// because an import places millions of them.
public struct RegistryZone: Sendable {
  /// The IANA name, e.g. `Asia/Shanghai`.
  public let identifier: String
  /// From `since[i]` (milliseconds UTC) on, local time is UTC + `offsets[i]` milliseconds. `since[0]` is the distant past.
  private let since: [Int64]
  private let offsets: [Int64]

  /// - Returns: nil when the name is not in the zone database of the system.
  public init?(identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    var since: [Int64] = [.min]
    var cursor = Date(timeIntervalSince1970: -2_208_988_800)  // 1900
    var offsets = [Int64(zone.secondsFromGMT(for: cursor)) * 1000]
    let end = Date(timeIntervalSince1970: 4_102_444_800)  // 2100
    while let next = zone.nextDaylightSavingTimeTransition(after: cursor), next < end, next > cursor {
      since.append(Int64(next.timeIntervalSince1970 * 1000))
      offsets.append(Int64(zone.secondsFromGMT(for: next)) * 1000)
      cursor = next
    }
    self.identifier = identifier
    self.since = since
    self.offsets = offsets
  }

  private init(identifier: String, fixedOffset: Int64) {
    self.identifier = identifier
    self.since = [.min]
    self.offsets = [fixedOffset]
  }

  /// The default of a registry: Asia/Shanghai.
  public static let shanghai =
    RegistryZone(identifier: "Asia/Shanghai") ?? .init(identifier: "+08:00", fixedOffset: 28_800_000)

  /// How far local time is ahead of UTC at a moment, in milliseconds.
  public func offset(at utcMilliseconds: Int64) -> Int64 {
    if utcMilliseconds >= since[since.count - 1] { return offsets[offsets.count - 1] }
    var low = 0
    var high = since.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if since[middle] <= utcMilliseconds { low = middle } else { high = middle }
    }
    return offsets[low]
  }

  /// The moment of a local wall time. Of two (clocks set back) the earlier; one that was skipped is placed as if they had not been set on.
  public func utc(fromLocal localMilliseconds: Int64) -> Int64 {
    let before = offset(at: localMilliseconds - 86_400_000)
    let candidate = localMilliseconds - before
    if offset(at: candidate) == before { return candidate }
    let after = offset(at: localMilliseconds + 86_400_000)
    let later = localMilliseconds - after
    return offset(at: later) == after ? later : candidate
  }

  /// The first instant of a date.
  public func firstInstant(of date: CalendarDate) -> Instant {
    Instant(milliseconds: utc(fromLocal: Int64(date.epochDay) * 86_400_000), precision: .day)
  }

  /// The civil date on which a moment falls.
  public func date(of instant: Instant) -> CalendarDate {
    let local = instant.milliseconds &+ offset(at: instant.milliseconds)
    return CalendarDate(epochDay: Int((Double(local) / 86_400_000).rounded(.down)))
  }
}
