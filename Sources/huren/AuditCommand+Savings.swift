import ArgumentParser
import Clinical
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
    @OptionGroup var derivation: RecomputeOptions

    func validate() throws { try derivation.validate(period) }

    func run() throws {
      let registry = try store.open()
      let scope = try period.scope(registry, by: rows)
      let audit =
        derivation.recompute
        ? try registry.recomputeSavings(scope, listsClaims: list)
        : try registry.auditSavings(scope, listsClaims: list)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: rows.csv ? "rows" : nil, audit.recompute)
    }
  }
}
