import Clinical
import XMLReading

/// The bounds of an IVL_PQ, IVL_REAL or IVL_INT.
struct V3Interval {
  struct Bound {
    var number: String
    /// HL7 V3: a bound belongs to the interval unless `inclusive="false"`.
    var isInclusive: Bool
  }

  var low: Bound?
  var high: Bound?
  var unit: String?

  /// - Returns: nil when neither bound is a number.
  init?(_ element: XMLElement) {
    // Datatypes R2 say at the interval whether a bound belongs to it.
    let (low, lowUnit) = V3Interval.bound(element.first("low"), element.attribute("lowClosed"))
    let (high, highUnit) = V3Interval.bound(element.first("high"), element.attribute("highClosed"))
    (self.low, self.high, unit) = (low, high, lowUnit ?? highUnit)
    if low == nil && high == nil {
      let (center, centerUnit) = V3Interval.bound(element.first("center"), nil)
      (self.low, self.high, unit) = (center, center, centerUnit)
      if center == nil { return nil }
    }
  }

  private static func bound(_ element: XMLElement?, _ closed: String?) -> (Bound?, String?) {
    guard let element else { return (nil, nil) }
    let isInclusive = (closed ?? element.attribute("inclusive")) != "false"
    if let number = element.stated("value") {
      return (Bound(number: number, isInclusive: isInclusive), element.stated("unit"))
    }
    for translation in element.all("translation") {
      if let number = translation.stated("value") {
        let unit = translation.stated("unit") ?? translation.first("originalText")?.words
        return (Bound(number: number, isInclusive: isInclusive), unit)
      }
    }
    return (nil, nil)
  }

  /// As a reference range: `low-high`, `≤high`, `<high`, `≥low`, `>low`; with the unit behind it where that is not the value's.
  ///
  /// - Parameter value: what is held against it. An excluded bound of two is told only to the value that lies on it: no other needs it.
  func range(besideUnit valueUnit: String?, value: String?) -> String {
    let text =
      switch (low, high) {
      case (let low?, let high?):
        V3Interval.excluded(low, by: ">", value) + low.number + "-" + V3Interval.excluded(high, by: "<", value)
          + high.number
      case (let low?, nil): (low.isInclusive ? "≥" : ">") + low.number
      case (nil, let high?): (high.isInclusive ? "≤" : "<") + high.number
      case (nil, nil): ""
      }
    guard let unit, let valueUnit, unit != valueUnit else { return text }
    return text + " " + unit
  }

  private static func excluded(_ bound: Bound, by comparator: String, _ value: String?) -> String {
    guard !bound.isInclusive, let value, NumericText(value)?.number == NumericText(bound.number)?.number else {
      return ""
    }
    return comparator
  }
}
