import RegistryStore

/// What somebody asks to be done about who is who, as a unit that is submitted beside others.
public enum PersonRequest: Sendable {
  case merge([String], overridesNumbers: Bool = false)
  case split(String, [RecordName])
  case splitRecord(RecordName, reports: [String])
  case unlink(RecordName)
  case link(RecordName, to: String)
  case undo(event: String)
  case dispute(institution: String, report: String)
  case settle(institution: String, report: String, areTheirs: Bool)
  case answer(review: Int64, isSame: Bool)
}

extension Registry {
  /// Does what the method of the same name does. From any number of threads: acts share their commit with messages, orders and feedback that
  /// come meanwhile, after what was submitted before; each is whole or not there at all.
  ///
  /// - Returns: when it is on disk.
  /// - Throws: `RegistryError` when what it presumes does not hold, looked at in its own transaction; `StoreError` when nothing could be
  ///   written.
  public func submit(_ request: PersonRequest, _ reason: PersonActReason) async throws -> PersonActOutcome {
    try await writing.submit(to: store) { transaction in
      try self.act(reason, in: transaction) { try self.planned(request, reason, $0) }
    }
  }

  private func planned(
    _ request: PersonRequest, _ reason: PersonActReason, _ identifying: Identifying
  ) throws -> PlannedAct {
    switch request {
    case .merge(let codes, let overrides): try plannedMerge(codes, overridesNumbers: overrides, reason, identifying)
    case .split(let code, let names): try plannedSplit(code, names, reason, identifying)
    case .splitRecord(let name, let reports): try plannedSplit(of: name, reports: reports, reason, identifying)
    case .unlink(let name): try plannedUnlink(name, reason, identifying)
    case .link(let name, let code): try plannedLink(name, to: code, reason, identifying)
    case .undo(let event): try plannedUndo(event, reason, identifying)
    case .dispute(let institution, let report):
      try plannedDispute(institution: institution, report: report, reason, identifying)
    case .settle(let institution, let report, let areTheirs):
      try plannedSettlement(institution: institution, report: report, areTheirs: areTheirs, reason, identifying)
    case .answer(let task, let isSame): try plannedAnswer(review: task, isSame: isSame, reason, identifying)
    }
  }
}
