/// A civil date of the proleptic Gregorian calendar, whose month and day may be unknown (a partial birth date).
public struct CalendarDate: Hashable, Sendable, Comparable {
  public var year: Int
  public var month: Int?
  public var day: Int?

  /// - Returns: nil when the parts name no day of the calendar (month 13, 30 February…).
  public init?(year: Int, month: Int? = nil, day: Int? = nil) {
    guard (1...9999).contains(year) else { return nil }
    if let month {
      guard (1...12).contains(month) else { return nil }
      if let day { guard (1...CalendarDate.days(inMonth: month, of: year)).contains(day) else { return nil } }
    } else if day != nil {
      return nil
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Whether year, month and day are all known.
  public var isComplete: Bool { day != nil }

  /// Days since 1970-01-01; unknown parts count as the first.
  public var epochDay: Int { CalendarDate.epochDay(year, month ?? 1, day ?? 1) }

  /// The last day that it can be; itself where it is complete.
  public var latestDay: CalendarDate {
    if isComplete { return self }
    var date = self
    let month = month ?? 12
    (date.month, date.day) = (month, CalendarDate.days(inMonth: month, of: year))
    return date
  }

  /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
  public var iso: String {
    var text = padded(year, 4)
    if let month { text += "-" + padded(month, 2) }
    if let day { text += "-" + padded(day, 2) }
    return text
  }

  public static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.epochDay < b.epochDay }

  /// Days since 1970-01-01 of a civil date (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  public static func epochDay(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The civil date of a number of days since 1970-01-01.
  public init(epochDay: Int) {
    let z = epochDay + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted + (shifted < 10 ? 3 : -9)
    self.year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    self.month = month
    self.day = dayOfYear - (153 * shifted + 2) / 5 + 1
  }

  /// The number of days of a month.
  public static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// `number` in decimal, with zeros before it up to `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
}
