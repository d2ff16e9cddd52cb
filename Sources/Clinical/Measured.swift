/// What the results of a report are of: by this two documents with one act's number are told apart where that number is no number, but an
/// id that the sender writes into every document.
struct Measured {
  private let codes: Set<String>
  private let collected: Moments
  private let observed: Moments
  /// Whether it says of itself that it changes what was told before.
  private let isChange: Bool
  private let isFinal: Bool

  init(_ report: Report) {
    codes = Set(report.observations.flatMap { [$0.code.identifier] + $0.translations.map(\.identifier) })
    collected = Moments(report.observations.lazy.compactMap(\.collected))
    observed = Moments(report.observations.lazy.compactMap(\.observed) + [report.performed].compactMap { $0 })
    let statuses = [report.status].compactMap { $0 } + report.observations.lazy.compactMap(\.status)
    isChange = statuses.contains { $0.isCancelled || $0.rank >= ResultStatus.corrected.rank }
    isFinal = report.status?.isFinal ?? true
  }

  /// Whether this is of other items, specimens or times than an older one: then neither takes the other's place. A correction keeps the
  /// item, and so the moment of collection, or where none is told of the test, unless it says that it is one; and what was not final
  /// is followed by what is.
  func isOfOthers(than older: Measured) -> Bool {
    if !codes.isEmpty, !older.codes.isEmpty, codes.isDisjoint(with: older.codes) { return true }
    if isChange || !older.isFinal { return false }
    if !collected.isEmpty, !older.collected.isEmpty { return !collected.meets(older.collected) }
    if !observed.isEmpty, !older.observed.isEmpty { return !observed.meets(older.observed) }
    return false
  }
}

/// Moments, some of them known by their day alone.
private struct Moments {
  private static let day: Int64 = 86_400_000
  private var exact: Set<Int64> = []
  private var days: Set<Int64> = []

  init(_ instants: some Sequence<Instant>) {
    for instant in instants {
      if instant.precision == .day { days.insert(instant.milliseconds) } else { exact.insert(instant.milliseconds) }
    }
  }

  var isEmpty: Bool { exact.isEmpty && days.isEmpty }

  /// Whether any moment can be one of the other's: a day is all of its moments.
  func meets(_ other: Moments) -> Bool {
    if !exact.isDisjoint(with: other.exact) || !days.isDisjoint(with: other.days) { return true }
    return days.contains { day in other.exact.contains { $0 >= day && $0 < day + Moments.day } }
      || other.days.contains { day in exact.contains { $0 >= day && $0 < day + Moments.day } }
  }
}

extension Report {
  /// Whether a document with the same number is about other items, specimens or times than this one (`UpdateMode.document`).
  public func isOfOtherMeasurements(than other: Report) -> Bool { Measured(self).isOfOthers(than: Measured(other)) }
}
