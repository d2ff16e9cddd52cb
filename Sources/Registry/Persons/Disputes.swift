import Clinical
import RegistryStore

extension Registry {
  /// A person says of a report that it is not theirs: it is identity-uncertain at once, and stays so unless it is found to be theirs.
  ///
  /// - Throws: `RegistryError.unknownReport`, `.disputedAlready`, or `.foundNotTheirs`.
  public func dispute(institution: String, report: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    try act(reason) { try plannedDispute(institution: institution, report: report, reason, $0) }
  }

  func plannedDispute(
    institution: String, report: String, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let named = try transaction.reportNumbers(institution: institution, of: [report])
    let kept = try ([report] + named).first {
      try !transaction.versions(institution: institution, number: $0).isEmpty
    }
    guard let kept else {
      throw RegistryError.unknownReport(institution: institution)
    }
    let known = try transaction.disputes(ReportNumbers(institution: institution, numbers: [kept]))
    if known.contains(where: { $0.endedAt == nil }) {
      throw RegistryError.disputedAlready
    }
    if known.contains(where: \.isNotTheirs) {
      throw RegistryError.foundNotTheirs
    }
    var act = PersonAct(.dispute, for: reason)
    act.reportDigest = try transaction.keyedDigest("\(institution)\u{1F}\(report)")
    return PlannedAct(act) { event in
      try transaction.insertDispute(
        institution: institution, number: kept, event: event, recordedAt: identifying.recordedAt)
      return .init()
    }
  }

  /// Settles the disputes of a report.
  ///
  /// - Throws: `RegistryError.notDisputed`, or `.settledAlready`.
  public func settle(
    institution: String, report: String, areTheirs: Bool, _ reason: PersonActReason
  ) throws -> PersonActOutcome {
    try act(reason) {
      try plannedSettlement(institution: institution, report: report, areTheirs: areTheirs, reason, $0)
    }
  }

  func plannedSettlement(
    institution: String, report: String, areTheirs: Bool, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    let transaction = identifying.transaction
    let tied = try transaction.reportNumbers(institution: institution, of: [report])
    let numbers = ReportNumbers(institution: institution, numbers: Set(tied).union([report]))
    let known = try transaction.disputes(numbers)
    guard known.contains(where: { $0.endedAt == nil }) else {
      throw known.last.map { RegistryError.settledAlready(areTheirs: !$0.isNotTheirs) } ?? .notDisputed
    }
    var act = PersonAct(.settle, for: reason)
    act.reportDigest = try transaction.keyedDigest("\(institution)\u{1F}\(report)")
    act.areTheirs = areTheirs
    return PlannedAct(act) { _ in
      try transaction.endDisputes(numbers, areTheirs: areTheirs, recordedAt: identifying.recordedAt)
      return .init()
    }
  }
}
