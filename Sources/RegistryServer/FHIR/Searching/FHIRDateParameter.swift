import Clinical

/// A date of a search with its prefix (FHIR R4, 3.1.1.4.5): as long a time as it is told finely.
struct FHIRDateParameter: Hashable, Sendable {
  enum Prefix: String, Sendable {
    case eq, ne, gt, lt, ge, le, sa, eb, ap
  }

  let prefix: Prefix
  /// Milliseconds, both within.
  let range: ClosedRange<Int64>

  /// - Parameter zone: for what tells none.
  /// - Returns: nil for what is no date.
  init?(_ text: String, zone: RegistryZone) {
    let named = Prefix(rawValue: String(text.prefix(2)))
    prefix = named ?? .eq
    // A plus that nobody escaped has become a space.
    let date = String(named == nil ? text[...] : text.dropFirst(2)).replacing(" ", with: "+")
    guard let first = date.utf8.first, first >= 48, first <= 57, let range = Self.range(of: date, zone) else {
      return nil
    }
    self.range = range
  }

  private static func range(of text: String, _ zone: RegistryZone) -> ClosedRange<Int64>? {
    if text.contains("T") {
      // RFC 3339, whose zone FHIR asks for, but many leave out.
      guard let instant = zone.instant(text), instant.precision >= .minute else { return nil }
      let length: Int64 = instant.precision == .minute ? 60_000 : text.contains(".") ? 1 : 1000
      return instant.milliseconds...instant.milliseconds + length - 1
    }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...3).contains(parts.count), text.utf8.count == [4, 7, 10][parts.count - 1], let year = parts[0],
      parts.allSatisfy({ $0 != nil }),
      let date = CalendarDate(
        year: year, month: parts.count > 1 ? parts[1] : nil, day: parts.count > 2 ? parts[2] : nil)
    else { return nil }
    let after = CalendarDate(epochDay: date.latestDay.epochDay + 1)
    let end = zone.firstInstant(of: after).milliseconds - 1
    return zone.firstInstant(of: CalendarDate(epochDay: date.epochDay)).milliseconds...end
  }

  /// Whether a resource's time is what is asked for; one without a time never is, but by `ne`.
  func holds(_ time: ClosedRange<Int64>?) -> Bool {
    guard let time else { return prefix == .ne }
    let isWithin = range.lowerBound <= time.lowerBound && time.upperBound <= range.upperBound
    return switch prefix {
    case .eq: isWithin
    case .ne: !isWithin
    case .gt: time.upperBound > range.upperBound
    case .ge: time.upperBound > range.upperBound || isWithin
    case .lt: time.lowerBound < range.lowerBound
    case .le: time.lowerBound < range.lowerBound || isWithin
    case .sa: time.lowerBound > range.upperBound
    case .eb: time.upperBound < range.lowerBound
    case .ap: time.overlaps(range.lowerBound - Self.about...range.upperBound + Self.about)
    }
  }

  /// A day: what is asked for here is mostly as old as that.
  private static let about: Int64 = 86_400_000
}

extension Instant {
  /// As long as it was told finely, in milliseconds.
  var range: ClosedRange<Int64> {
    let length: Int64 =
      switch precision {
      case .day: 86_400_000
      case .hour: 3_600_000
      case .minute: 60_000
      case .second: 1
      }
    return milliseconds...milliseconds + length - 1
  }
}
