/// What becomes of a month that is out of its limits.
public enum AlertStep: String, Sendable, CaseIterable, Codable {
  /// 发现: the charts find it; no event.
  case found
  /// 预警: the institution was warned.
  case warned
  /// 处置: the institution has looked into it and done what was to be done.
  case handled
  /// 反馈: its answer was taken and the alert is closed.
  case answered

  /// nil after the last.
  public var next: AlertStep? { AlertStep.allCases.drop { $0 != self }.dropFirst().first }
  /// nil before the first.
  public var previous: AlertStep? { AlertStep.allCases.first { $0.next == self } }
}

/// A step of an alert, as the chain keeps it.
public struct AlertEvent: Hashable, Sendable, Codable {
  /// What the charts found when it was warned of: later messages may change what they find.
  public struct Finding: Hashable, Sendable, Codable {
    public var count: Int
    public var of: Int?
    public var value: Double
    public var centre: Double
    public var lower: Double
    public var upper: Double
    public var rules: [ControlChart.Rule]

    /// - Returns: nil for a point that is not out.
    public init?(_ point: ControlChart.Point) {
      guard point.isOut, let value = point.value, let centre = point.centre, let lower = point.lower,
        let upper = point.upper
      else { return nil }
      (count, of, rules) = (point.count, point.of, point.rules)
      (self.value, self.centre, self.lower, self.upper) = (value, centre, lower, upper)
    }
  }

  public var alert: String
  public var step: AlertStep
  public var at: EventTime
  /// Who took it.
  public var by: String
  /// SHA-256 of the note's words, in hexadecimal: the words lie beside the chain.
  public var textDigest: String
  /// Of the step `warned`.
  public var finding: Finding?

  public init(alert: String, step: AlertStep, at: EventTime, by: String, textDigest: String) {
    self.alert = alert
    self.step = step
    self.at = at
    self.by = by
    self.textDigest = textDigest
  }

  /// The same alert has the same id whenever it is computed.
  public static func alertID(_ institution: String, _ measure: MonitoringMeasure, _ month: String) -> String {
    "\(institution)/\(measure.rawValue)/\(month)"
  }
}
