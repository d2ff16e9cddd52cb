import Clinical
import Foundation

/// Birthdays of the Chinese calendar (GB/T 33661-2017), which older people tell as if they were of the civil one.
enum LunarDate {
  /// Whether one of two dates is the other's day in the Chinese calendar. Any two dates a month apart may be: it speaks for one person only
  /// where something certain agrees.
  static func areOneDay(_ a: CalendarDate, _ b: CalendarDate) -> Bool {
    let (civil, lunar) = a < b ? (b, a) : (a, b)
    guard civil.isComplete, lunar.isComplete, !civil.isNewYear, !lunar.isNewYear,
      days.contains(civil.epochDay - lunar.epochDay), let day = lunarDay(of: civil)
    else { return false }
    return day.year == lunar.year && day.month == lunar.month && day.day == lunar.day
  }

  /// By how many days a lunar date, read as a civil one, is early: the new year falls between 21 January and 20 February, and a leap month has
  /// the number of the one before.
  private static let days = 17...57

  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .chinese)
    calendar.timeZone = TimeZone(secondsFromGMT: 8 * 3600) ?? .gmt
    return calendar
  }()

  private static func lunarDay(of date: CalendarDate) -> (year: Int, month: Int, day: Int)? {
    // Noon in China.
    let moment = Date(timeIntervalSince1970: Double(date.epochDay) * 86_400 + 4 * 3600)
    let parts = calendar.dateComponents([.era, .year, .month, .day], from: moment)
    guard let cycle = parts.era, let year = parts.year, let month = parts.month, let day = parts.day else { return nil }
    // The 78th cycle of sixty years began in 1984.
    return (1984 + (cycle - 78) * 60 + year - 1, month, day)
  }
}
