import Clinical
import RegistryStore

extension Registry {
  /// A person says of a report that it is not theirs: it is identity-uncertain at once, and stays so unless it is found to be theirs.
  ///
  /// - Throws: `RegistryError.usage` when there is no such report.
  public func dispute(institution: String, report: String, _ reason: PersonActReason) throws -> PersonActOutcome {
    var act = PersonAct(.dispute, for: reason)
    act.reportDigest = Registry.textDigest("\(institution)\u{1F}\(report)")
    return try self.act(act, reason) { event, identifying in
      guard try !identifying.transaction.versions(institution: institution, number: report).isEmpty else {
        throw RegistryError.usage("\(institution) has sent no report of this number: see `huren person show CODE`")
      }
      try identifying.transaction.insertDispute(
        institution: institution, number: report, event: event, recordedAt: identifying.recordedAt)
      return ([], [:])
    }
  }

  /// Settles the disputes of a report.
  ///
  /// - Throws: `RegistryError.usage` when it is not in dispute.
  public func settle(
    institution: String, report: String, areTheirs: Bool, _ reason: PersonActReason
  ) throws -> PersonActOutcome {
    var act = PersonAct(.settle, for: reason)
    act.reportDigest = Registry.textDigest("\(institution)\u{1F}\(report)")
    act.areTheirs = areTheirs
    return try self.act(act, reason) { _, identifying in
      let open = try identifying.transaction.openDisputes()
      guard open.contains(where: { $0.institution == institution && $0.number == report }) else {
        throw RegistryError.usage("nobody disputes this report: see `huren person review`")
      }
      try identifying.transaction.endDisputes(
        institution: institution, number: report, areTheirs: areTheirs, recordedAt: identifying.recordedAt)
      return ([], [:])
    }
  }
}
