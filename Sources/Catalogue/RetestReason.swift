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

  /// The system of its codes.
  public static let system = "urn:huren:retest-reason"

  /// In Chinese, for a clinician.
  public var nameZh: String {
    switch self {
    case .conditionChanged: "病情变化或结果不符"
    case .changesQuickly: "疾病中变化快"
    case .majorMeasure: "重大医疗措施前"
    case .emergency: "急诊急救"
    case .appraisal: "司法、伤残、病退鉴定"
    case .other: "其他"
    case .imagesMissing: "影像未到"
    case .monitoring: "需连续监测"
    }
  }

  /// In English, for a clinician.
  public var nameEn: String {
    switch self {
    case .conditionChanged: "condition changed, or the result does not fit"
    case .changesQuickly: "changes quickly in this disease"
    case .majorMeasure: "decisive for a major measure"
    case .emergency: "emergency or rescue"
    case .appraisal: "forensic, disability or retirement appraisal"
    case .other: "other"
    case .imagesMissing: "the images never arrived"
    case .monitoring: "serial monitoring is needed"
    }
  }

  /// Whether giving it is a refusal of the prior result.
  public var isRefusal: Bool { self != .imagesMissing && self != .monitoring }
}
