import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Marks: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Recognition marks without a certificate behind them, and certified results without a mark.",
      discussion: """
        The period is one of clinical times. A mark that names a scope, as 川渝HR, needs a certificate that reaches so far; one that \
        names none needs any.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var derivation: RecomputeOptions
    @Flag(help: "The rows alone, by institution and item, as CSV.")
    var csv = false
    @Flag(help: "List the results behind the figures.")
    var list = false

    func validate() throws { try derivation.validate(period, lists: list) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditMarks(period.scope(registry), listsFindings: list, recomputes: derivation.recompute)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: csv ? "rows" : nil, audit.recompute)
    }
  }
}
