import Catalogue
import Clinical

/// What a row of an audit is about, before it is told apart by dimensions.
struct RowSubject {
  var institution: String
  var sources: [String]
  var department: String?
  var clinician: String?
  var item: String
  var setting: Setting
  var reason: RetestReason?
  var time: Instant

  /// The values of the dimensions; nil where there is none.
  func key(_ dimensions: [Dimension], in reference: ReferenceData) -> [String?] {
    dimensions.map { value(of: $0, in: reference) }
  }

  /// - Parameter reference: asked for only where the value follows from it.
  func value(of dimension: Dimension, in reference: @autoclosure () throws -> ReferenceData) rethrows -> String? {
    switch dimension {
    case .institution: institution
    case .region: try reference().institutions[institution]?.region
    case .level: try reference().institutions[institution]?.level.map(String.init)
    case .grade: try reference().institutions[institution]?.grade
    case .ownership: try reference().institutions[institution]?.ownership
    case .alliance:
      try (reference().institutions[institution]?.alliances.sorted()).flatMap {
        $0.isEmpty ? nil : $0.joined(separator: "+")
      }
    case .source: sources.isEmpty ? nil : Set(sources).sorted().joined(separator: "+")
    case .department: department
    case .clinician: clinician
    case .item: item
    case .category: try reference().items[item]?.category.rawValue
    case .setting: setting.rawValue
    case .reason: reason.map { String($0.rawValue) }
    case .month: String(try reference().zone.date(of: time).iso.prefix(7))
    }
  }
}

extension RowSubject {
  init(_ prompt: Prompt, time: Instant) {
    let decision = prompt.decision
    self.init(
      institution: decision.orderingInstitution, sources: prompt.item.chosen.map(\.institution),
      department: decision.department, clinician: decision.clinician, item: prompt.item.item,
      setting: decision.setting, reason: prompt.reason ?? decision.retestReason, time: time)
  }
}
