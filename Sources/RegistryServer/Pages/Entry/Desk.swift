import RegistryStore

/// A desk: the pages of one role of people.
enum Desk: String, CaseIterable, Sendable {
  case clinician, resident, reviewer, auditor, `operator`

  init?(_ role: Role) { self.init(rawValue: role.rawValue) }

  var name: (zh: String, en: String) {
    switch self {
    case .clinician: ("医生", "Clinician")
    case .resident: ("居民", "Resident")
    case .reviewer: ("身份复核", "Reviewer")
    case .auditor: ("审计", "Auditor")
    case .operator: ("运维", "Operator")
    }
  }

  /// Where it begins.
  var path: PagePath { PagePath(rawValue) }

  /// Where one can go on every one of its pages.
  var places: [(path: PagePath, zh: String, en: String)] {
    switch self {
    case .clinician: [(path, "患者", "Patients")]
    case .resident:
      [
        (path, "我的记录", "My record"), (path.part("access"), "谁看过", "Who looked"),
        (path.part("code"), "我的码", "My code"),
      ]
    case .reviewer: [(path, "待办", "To decide"), (path.part("done"), "已办", "Decided")]
    case .auditor: [(path, "报告", "Report"), (path.part("events"), "访问记录", "Accesses")]
    case .operator:
      [
        (path, "数据来源", "Feeds"), (path.part("quarantine"), "隔离区", "Quarantine"),
        (path.part("codes"), "未映射", "Codes"), (path.part("reference"), "参考数据", "Reference data"),
        (path.part("accounts"), "账户", "Accounts"),
      ]
    }
  }
}
