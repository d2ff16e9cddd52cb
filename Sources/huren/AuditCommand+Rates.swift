import ArgumentParser
import Registry

extension AuditCommand {
  struct Rates: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "What was asked and answered: recognition and feedback rates, reasons, and why results could not stand in.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var rows: RowOptions

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditRates(period.scope(registry, by: rows))
      if rows.csv { return Output.answer(try RowsCSV.text(audit)) }
      if store.format == .json { return try Output.answer(audit) }
      Output.answer(audit.text)
    }
  }

  struct Coverage: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Who uploads, how much of it can be used, and what it saved, by institution.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditCoverage(period.scope(registry))
      if store.format == .json { return try Output.answer(audit) }
      Output.answer(audit.text)
    }
  }

  struct Corrected: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Decisions on results that were corrected or cancelled later: whose patient to call.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditCorrected(period.scope(registry))
      if store.format == .json { return try Output.answer(audit) }
      Output.answer(audit.text)
    }
  }
}
