import Clinical

/// A month of a zone, kept from one line to the next: most are of the same.
struct MonthCursor {
  /// Months since the year 0.
  private(set) var number: Int64 = 0
  private var days: Range<Int64> = 0..<0

  init() {}

  init(_ moment: Int64, _ zone: RegistryZone) { move(to: moment, zone) }

  mutating func move(to moment: Int64, _ zone: RegistryZone) {
    if days.contains(moment) { return }
    let date = zone.date(of: Instant(milliseconds: moment))
    number = Int64(date.year * 12 + (date.month ?? 1) - 1)
    func start(_ number: Int64) -> Int64 {
      CalendarDate(year: Int(number / 12), month: Int(number % 12) + 1).map {
        zone.firstInstant(of: $0).milliseconds
      } ?? moment
    }
    days = start(number)..<max(start(number), start(number + 1))
  }

  static func text(_ number: Int64) -> String {
    CalendarDate(year: Int(number / 12), month: Int(number % 12) + 1)?.iso ?? ""
  }
}
