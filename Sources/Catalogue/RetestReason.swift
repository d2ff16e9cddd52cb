/// Why a test may be repeated although a result could stand in (国卫医发〔2022〕6号), and two answers that are no refusals.
public enum RetestReason: Int, Sendable, CaseIterable, Codable {
  /// The condition changed, or the result does not fit it.
  case conditionChanged = 1
  /// The quantity changes quickly in this disease.
  case changesQuickly = 2
  /// Decisive for a major measure: surgery, transfusion.
  case majorMeasure = 3
  /// Emergency or rescue.
  case emergency = 4
  /// Forensic, disability or retirement appraisal.
  case appraisal = 5
  /// Other, with text.
  case other = 6
  /// The images never arrived; not a refusal.
  case imagesMissing = 98
  /// Serial monitoring is needed; not a refusal.
  case monitoring = 99

  /// Whether giving it is a refusal of the prior result.
  public var isRefusal: Bool { self != .imagesMissing && self != .monitoring }
}
