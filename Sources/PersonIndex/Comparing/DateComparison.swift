public import Clinical

/// How far two birth dates agree: `equal`, `near` (a slip of the hand), `similar` (the year), `differs`.
public enum DateComparison {
  /// As tables of Latin names compare them, whose other fields tell families apart: any two of year, month and day are near.
  static func levelInTable(_ a: CalendarDate, _ b: CalendarDate) -> LinkLevel {
    let level = level(a, b)
    guard level > .near, a.isComplete, b.isComplete else { return level }
    let agreeing = [a.year == b.year, a.month == b.month, a.day == b.day].count { $0 }
    return agreeing == 2 || a.year == b.year && (a.isNewYear || b.isNewYear) ? .near : level
  }

  public static func level(_ a: CalendarDate, _ b: CalendarDate) -> LinkLevel {
    guard let month = a.month, let otherMonth = b.month, a.isComplete, b.isComplete else {
      // Of a partial date only what is known can contradict.
      if a.year != b.year { return .differs }
      return a.month == nil || b.month == nil || a.month == b.month ? .similar : .differs
    }
    if a == b { return .equal }
    // Whoever knows only the year writes the first of January: it is a slip of no other day.
    if a.isNewYear || b.isNewYear { return a.year == b.year ? .similar : .differs }
    let isSwapped = a.year == b.year && month == b.day && otherMonth == a.day
    return isSwapped || isOneSlip(a, b) ? .near : a.year == b.year ? .similar : .differs
  }

  /// Parents and children of one name are further apart than this, in years.
  private static let mostYears = 14

  /// Whether of year, month and day one is other, by one digit or by two neighbours that changed places.
  private static func isOneSlip(_ a: CalendarDate, _ b: CalendarDate) -> Bool {
    let pairs = [(a.year, b.year), (a.month ?? 0, b.month ?? 0), (a.day ?? 0, b.day ?? 0)].filter { $0 != $1 }
    guard pairs.count == 1, let (x, y) = pairs.first else { return false }
    if x != a.year || y != b.year { return isOneSlip(x, y) }
    return abs(x - y) <= mostYears && isOneSlip(x, y)
  }

  private static func isOneSlip(_ a: Int, _ b: Int) -> Bool {
    var (x, y, power, others) = (a, b, 1, 0)
    var first = 0
    while x > 0 || y > 0 {
      if x % 10 != y % 10 {
        others += 1
        if others == 1 { first = power }
      }
      (x, y, power) = (x / 10, y / 10, power * 10)
    }
    if others == 1 { return true }
    let (one, other) = (a / first % 100, b / first % 100)
    return others == 2 && one / 10 == other % 10 && one % 10 == other / 10 && a / first / 100 == b / first / 100
  }
}

extension CalendarDate {
  /// The first of January, which is written for a birthday of which only the year is known.
  var isNewYear: Bool { month == 1 && day == 1 }
}
