import ArgumentParser
import Registry
import Savings

extension AuditCommand {
  struct Savings: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What was avoided, and whether it stayed avoided: gross, net and verified.",
      discussion:
        "Amounts are in fen in JSON and in yuan in text. Recognition within one institution is a line of its own.")

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var rows: RowOptions
    @Flag(help: "List the claims behind the figures, each with its decision, its event and what reversed it.")
    var list = false

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditSavings(period.scope(registry, by: rows), listsClaims: list)
      if rows.csv { return Output.answer(try RowsCSV.text(audit)) }
      if store.format == .json { return try Output.answer(audit) }
      Output.answer(audit.text)
    }
  }
}
