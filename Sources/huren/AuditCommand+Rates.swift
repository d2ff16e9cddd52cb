import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Rates: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "What was asked and answered: recognition and feedback rates, reasons, and why results could not stand in.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var rows: RowOptions
    @OptionGroup var derivation: RecomputeOptions

    func validate() throws { try derivation.validate(period) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditRates(period.scope(registry, by: rows), recomputes: derivation.recompute)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: rows.csv ? "rows" : nil, audit.recompute)
    }
  }

  struct Coverage: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who uploads, how late, how much of it can be used, and what it saved, by institution.",
      discussion: """
        The period is one of reported times. Times are held against the targets of policy.yaml: `reportWithin` from collected \
        (examinations: performed) to reported, `uploadWithin` from reported to recorded here, each a list as `emergency/ecg: 30 min`, \
        `pathology: 24 h`, `"*": same day`. A feed is silent when its last report is older than `silentAfterGaps` (3) times the gap \
        that 95 of 100 gaps between its days with reports do not exceed.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var derivation: RecomputeOptions
    @Flag(help: "How late, by institution and category, as CSV.")
    var csv = false

    func validate() throws { try derivation.validate(period) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditCoverage(period.scope(registry), recomputes: derivation.recompute)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: csv ? "timeliness" : nil, audit.recompute)
    }
  }

  struct Corrected: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decisions on results that were corrected or cancelled later: whose patient to call.",
      discussion: """
        By ordering institution: the order, the decision and the feedback that adopted the result, and what changed of it. `reissued` \
        says that the report was sent again, and that what was decided on stands as it stood.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var derivation: RecomputeOptions
    @Option(help: "The list of one ordering institution.")
    var institution: String?

    func validate() throws { try derivation.validate(period) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditCorrected(
        period.scope(registry), of: institution, recomputes: derivation.recompute)
      try RecomputeOptions.answer(audit, audit.text, as: store.format, audit.recompute)
    }
  }
}
