public import Clinical

/// How far two birth dates agree: `equal`, `near` (a slip), `similar` (the year), `differs`.
public enum DateComparison {
  public static func level(_ a: CalendarDate, _ b: CalendarDate) -> LinkLevel {
    guard let month = a.month, let otherMonth = b.month, let day = a.day, let otherDay = b.day else {
      // Of a partial date only what is known can contradict.
      if a.year != b.year { return .differs }
      return a.month == nil || b.month == nil || a.month == b.month ? .similar : .differs
    }
    if a == b { return .equal }
    let agreeing = [a.year == b.year, month == otherMonth, day == otherDay].count { $0 }
    if agreeing == 2 || (a.year == b.year && month == otherDay && day == otherMonth) { return .near }
    // Whoever knows only the year writes the first of January.
    if a.year == b.year, (month, day) == (1, 1) || (otherMonth, otherDay) == (1, 1) { return .near }
    return a.year == b.year ? .similar : .differs
  }
}
