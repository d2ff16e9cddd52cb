import Clinical

/// What the lines of a page count for at the books' time and in their period.
struct BookClock {
  private let times: PackedColumns
  private let at: Int64
  private let from: Int64
  private let to: Int64

  init(_ times: PackedColumns, _ scope: AuditScope) {
    self.times = times
    at = scope.at.milliseconds
    from = scope.from?.milliseconds ?? .min
    to = scope.to?.milliseconds ?? .max
  }

  private func time(_ column: BookColumn.Times, _ index: Int) -> Int64 {
    ordered(index) &+ times[column.rawValue][index]
  }

  func ordered(_ index: Int) -> Int64 { times[BookColumn.Times.ordered.rawValue][index] }
  func responded(_ index: Int) -> Int64 { time(.responded, index) }

  func isOrderedInPeriod(_ index: Int) -> Bool { isInPeriod(ordered(index)) }

  /// - Parameter final: what the line counts for once all its time is past.
  func bits(_ index: Int, _ final: BookBits) -> BookBits {
    var bits = final
    let since = time(.since, index)
    guard since <= at else { return [] }
    if bits.contains(.ends) {
      guard at < since &+ times[BookColumn.Times.until.rawValue][index] else { return [] }
      bits.insert(.stands)
    }
    if bits.contains(.responded), responded(index) > at { bits.subtract(.response) }
    if !isInPeriod(ordered(index)) { bits.remove(.prompt) }
    guard bits.contains(.claim) else { return bits }
    if !isInPeriod(responded(index)) { bits.remove(.claim) }
    if bits.contains(.reversed), time(.reversed, index) > at { bits.remove(.reversed) }
    if bits.contains(.deferred), time(.deferred, index) > at { bits.remove(.deferred) }
    if !bits.contains(.reversed), at <= time(.validUntil, index) { bits.insert(.pending) }
    return bits
  }

  /// An open end has no excluded last moment.
  private func isInPeriod(_ moment: Int64) -> Bool { from <= moment && (moment < to || to == .max) }
}
