package import Catalogue
import Clinical

/// What a result says of the patient (recognition.md, "Flag").
struct FlagReading: Sendable {
  let reference: ReferenceData
  let sex: Sex?

  /// The flag sent, else by the range sent, else by the item's limits; a value at or beyond a critical limit is
  /// critical whatever was sent.
  ///
  /// - Parameters:
  ///   - unit: of the value, in which the range is too.
  ///   - range: as sent; nil where none was.
  ///   - normalized: in the item's unit, in which the limits are.
  func flag(
    _ flags: [String], _ value: NumericText?, unit: String?, range: String?, normalized: Double?, limit: Limit?
  ) -> Flag {
    if let value, let normalized, let limit, FlagReading.isCritical(normalized, value.comparator, limit) {
      return .critical
    }
    if let sent = reference.flags.flag(flags) { return sent }
    guard let value, value.comparator == nil else { return .unknown }
    if let range { return byRange(value.number, unit: unit, range) }
    return normalized.flatMap { number in limit.flatMap { FlagReading.byLimits(number, $0) } } ?? .unknown
  }

  /// One that cannot be read says nothing.
  private func byRange(_ number: Double, unit: String?, _ text: String) -> Flag {
    let range = ReferenceRange(text, unit: unit, sex: sex, comma: reference.policy.commaInNumbers) { words in
      unit.map { reference.units.areOne($0, words) } ?? false
    }
    return range.map { $0.contains(number) ? .normal : .abnormal } ?? .unknown
  }

  private static func byLimits(_ number: Double, _ limit: Limit) -> Flag? {
    if limit.low == nil, limit.high == nil { return nil }
    return number >= limit.low ?? -.infinity && number <= limit.high ?? .infinity ? .normal : .abnormal
  }

  /// `<x` is held against the lower limit only, `>x` against the upper.
  private static func isCritical(_ number: Double, _ comparator: NumericText.Comparator?, _ limit: Limit) -> Bool {
    let isAbove = comparator == .greater || comparator == .greaterOrEqual
    let isBelow = comparator == .less || comparator == .lessOrEqual
    let isLow = !isAbove && limit.criticalLow.map { number <= $0 } ?? false
    let isHigh = !isBelow && limit.criticalHigh.map { number >= $0 } ?? false
    return isLow || isHigh
  }
}

extension Flag {
  /// For a clinician.
  package var words: String {
    switch self {
    case .normal: "normal 正常"
    case .abnormal: "abnormal 异常"
    case .critical: "critical 危急"
    case .unknown: "not known whether normal"
    }
  }
}
