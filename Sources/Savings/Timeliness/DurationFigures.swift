/// How long something took, over many reports, and how many of them kept the target.
public struct DurationFigures: Sendable, Hashable {
  private var seconds: [Int32] = []
  /// No duration: a time is missing or a date alone, or the end stands before the beginning.
  public private(set) var unmeasured = 0
  /// Held against a target; a target of the same day can be judged by dates alone.
  public private(set) var judged = 0
  public private(set) var withinTarget = 0

  public init() {}

  public var measured: Int { seconds.count }
  /// Nearest rank; nil without any.
  public var medianMinutes: Double? { percentile(50) }
  public var p95Minutes: Double? { percentile(95) }
  /// Of those judged; nil without any.
  public var shareWithinTarget: Double? { judged == 0 ? nil : Double(withinTarget) / Double(judged) }

  /// Adds one.
  public mutating func add(_ elapsed: Elapsed) {
    if let measured = elapsed.seconds { seconds.append(measured) } else { unmeasured += 1 }
    judged += elapsed.isJudged ? 1 : 0
    withinTarget += elapsed.isWithinTarget ? 1 : 0
  }

  private func percentile(_ percent: Int) -> Double? {
    seconds.nearestRank(unsorted: percent).map { (Double($0) / 6).rounded() / 10 }
  }
}

extension DurationFigures: Encodable {
  private enum Key: String, CodingKey {
    case measured, unmeasured, medianMinutes, p95Minutes, judged, withinTarget, shareWithinTarget
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(measured, forKey: .measured)
    try container.encode(unmeasured, forKey: .unmeasured)
    try container.encode(medianMinutes, forKey: .medianMinutes)
    try container.encode(p95Minutes, forKey: .p95Minutes)
    try container.encode(judged, forKey: .judged)
    try container.encode(withinTarget, forKey: .withinTarget)
    try container.encode(shareWithinTarget, forKey: .shareWithinTarget)
  }
}

extension Array {
  /// The percentile of sorted values by the nearest rank: the smallest that so many of a hundred do not exceed; nil for none.
  func nearestRank(_ percent: Int) -> Element? {
    isEmpty ? nil : self[rank(percent)]
  }

  private func rank(_ percent: Int) -> Int { Swift.max(0, (percent * count + 99) / 100 - 1) }
}

extension [Int32] {
  /// The same of values in any order. Each step keeps the part in which it lies: of a million values that takes milliseconds, where
  /// sorting takes a tenth of a second.
  fileprivate func nearestRank(unsorted percent: Int) -> Int32? {
    if isEmpty { return nil }
    let rank = rank(percent)
    var values = self
    return values.withUnsafeMutableBufferPointer { values in
      var (low, high) = (0, values.count - 1)
      while low < high {
        let pivot = values[low + (high - low) / 2]
        var (left, right) = (low, high)
        while left <= right {
          while values[left] < pivot { left += 1 }
          while values[right] > pivot { right -= 1 }
          if left <= right {
            values.swapAt(left, right)
            left += 1
            right -= 1
          }
        }
        if rank <= right { high = right } else if rank >= left { low = left } else { break }
      }
      return values[rank]
    }
  }
}
