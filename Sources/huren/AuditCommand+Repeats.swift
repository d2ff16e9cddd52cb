import ArgumentParser
import Clinical
import Registry

extension AuditCommand {
  struct Repeats: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Tests that were done although a prior result could have stood in, and what was lost to lists and certificates.",
      discussion: """
        Without --as-if-connected only what this registry had recorded by the time of each order counts; with it, what had been \
        reported anywhere by then. The two are never mixed.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @OptionGroup var rows: RowOptions
    @OptionGroup var derivation: RecomputeOptions
    @Flag(help: "What full connection would have shown.")
    var asIfConnected = false
    @Flag(help: "List the repeats behind the figures, each with both results.")
    var list = false

    func validate() throws { try derivation.validate(period, lists: list) }

    func run() throws {
      let registry = try store.open()
      let audit = try registry.auditRepeats(
        period.scope(registry, by: rows), asIfConnected: asIfConnected, listsFindings: list,
        recomputes: derivation.recompute)
      try RecomputeOptions.answer(
        audit, audit.text, as: store.format, csv: rows.csv ? "rows" : nil, audit.recompute)
    }
  }
}
