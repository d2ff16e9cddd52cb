import Catalogue
import Clinical

/// What a result says of the patient (recognition.md, "Flag").
enum FlagReading {
  /// The worst class of the flags sent; nil when none was sent.
  static func sent(_ flags: [String]) -> Flag? {
    flags.compactMap { Filler.value($0) }.map(classOf).max()
  }

  private static func classOf(_ flag: String) -> Flag {
    switch flag {
    case "N": .normal
    case "HH", "LL", "AA": .critical
    default: .abnormal
    }
  }

  /// The flag sent, else by the range sent, else by the item's limits; a value at or beyond a critical limit is
  /// critical whatever was sent.
  ///
  /// - Parameters:
  ///   - range: as sent, in the unit sent.
  ///   - normalized: in the item's unit, in which the limits are.
  static func flag(
    _ flags: [String], _ value: NumericValue?, range: String?, normalized: Double?, limit: Limit?
  ) -> Flag {
    var flag = sent(flags)
    if flag == nil, let value, value.comparator == nil {
      if let range = range.flatMap({ ReferenceRange($0) }) {
        flag = range.contains(value.number) ? .normal : .abnormal
      } else if let normalized, let limit {
        flag = byLimits(normalized, limit)
      }
    }
    if let value, let normalized, let limit, isCritical(normalized, value.comparator, limit) { return .critical }
    return flag ?? .unknown
  }

  private static func byLimits(_ number: Double, _ limit: Limit) -> Flag? {
    if limit.low == nil, limit.high == nil { return nil }
    return number >= limit.low ?? -.infinity && number <= limit.high ?? .infinity ? .normal : .abnormal
  }

  /// `<x` is held against the lower limit only, `>x` against the upper.
  private static func isCritical(_ number: Double, _ comparator: String?, _ limit: Limit) -> Bool {
    let isLow = comparator?.hasPrefix(">") != true && limit.criticalLow.map { number <= $0 } ?? false
    let isHigh = comparator?.hasPrefix("<") != true && limit.criticalHigh.map { number >= $0 } ?? false
    return isLow || isHigh
  }
}

extension Flag {
  /// For a clinician.
  var words: String {
    switch self {
    case .normal: "normal 正常"
    case .abnormal: "abnormal 异常"
    case .critical: "critical 危急"
    case .unknown: "not known whether normal"
    }
  }
}
