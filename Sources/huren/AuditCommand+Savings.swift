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

    @Flag(help: "Compute everything from the events anew and hold the books against it: exit code 1 where they differ.")
    var recompute = false

    func validate() throws {
      if recompute, period.knownAt != nil { throw ValidationError("--known-at is always computed from the events") }
    }

    func run() throws {
      let registry = try store.open()
      let scope = try period.scope(registry, by: rows)
      let audit =
        recompute
        ? try registry.recomputeSavings(scope, listsClaims: list)
        : try registry.auditSavings(scope, listsClaims: list)
      if rows.csv {
        Output.answer(csv: try RowsCSV.text(audit))
      } else if store.format == .json {
        try Output.answer(json: audit)
      } else {
        Output.answer(audit.text)
      }
      guard let comparison = audit.recompute else { return }
      Output.note(comparison.text)
      if comparison.difference != nil { throw ExitCode.failure }
    }
  }
}
