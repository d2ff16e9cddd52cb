/// What is watched of an institution from month to month 动态监测.
public enum MonitoringMeasure: String, Sendable, CaseIterable, Codable {
  /// Tests done, and what they cost in fen.
  case tests, cost
  /// Abnormal or critical results, of those with a known flag.
  case positiveRate = "positive-rate"
  /// Tests that a prior result could have stood in for had all been connected, of all.
  case repeatRate = "repeat-rate"
  /// Accepted prompts, of all between institutions.
  case recognitionRate = "recognition-rate"
  /// Tests on large equipment, of all.
  case largeEquipmentShare = "large-equipment-share"

  public var chart: ControlChart { self == .tests || self == .cost ? .xmr : .laneyP }
}
