import Clinical

extension Int {
  /// Adds fen, or a count. A sum beyond what can be counted stays at the most there is: no audit ends for one bad amount.
  package mutating func add(_ other: Int) {
    let (sum, isBeyond) = addingReportingOverflow(other)
    self = isBeyond ? (other < 0 ? .min : .max) : sum
  }

  /// The sum, held within what can be counted.
  func plus(_ other: Int) -> Int {
    var sum = self
    sum.add(other)
    return sum
  }

  /// The difference, held within what can be counted.
  func minus(_ other: Int) -> Int { other == .min ? plus(.max) : plus(-other) }

  /// A part of an amount, rounded down: the product may be more than an amount can be. None of what nobody can owe.
  ///
  /// - Parameters:
  ///   - count: at most `whole`, neither below 0.
  func share(_ count: Int, of whole: Int) -> Int {
    guard self > 0, whole > 0, (0...whole).contains(count) else { return 0 }
    return whole.dividingFullWidth(multipliedFullWidth(by: count)).quotient
  }
}

/// What an event may say at most. An event beyond it, as an earlier version took it, counts in no books: every audit names it.
public enum EventBounds {
  /// Of a consultation: 100 000 yuan.
  public static let consultationFen = 0...10_000_000
  /// Of a test, as in prices.csv.
  static let priceFen = 0...1_000_000_000_000

  /// Whether a time can be meant: from 1900-01-02 to 9998-12-31. Only such a one is written and read back as itself.
  public static func hold(_ time: EventTime) -> Bool { RegistryZone.shanghai.isPlausible(time.instant) }
}

extension RecordedDecision {
  /// Whether its times and prices can be meant.
  public var isPlausible: Bool {
    let times = [orderedAt] + [knownAt].compactMap { $0 } + items.compactMap(\.validUntil)
    return times.allSatisfy(EventBounds.hold)
      && items.allSatisfy { $0.priceFen.map(EventBounds.priceFen.contains) ?? true }
  }
}

extension FeedbackEvent {
  /// Whether its time and its fee can be meant.
  public var isPlausible: Bool {
    EventBounds.hold(at) && (consultationFeeFen.map(EventBounds.consultationFen.contains) ?? true)
  }
}
