import ArgumentParser
import Registry
import Savings

extension AuditCommand {
  struct Settlement: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Between institutions: who tested, who was spared, how many claims and how much.",
      discussion: """
        A claim on results of several institutions is divided by the number of results. Reversed claims stand apart; consultation fees \
        are no part of it.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @Option(help: "The statement of one institution: only pairs with it on one side.")
    var institution: String?
    @Option(help: "Each pair's rows by these, separated by commas; may be repeated.")
    var by: [DimensionList] = []
    @Flag(help: "The rows alone, as CSV.")
    var csv = false
    @Flag(help: "List the claims behind the figures, those that stand and those reversed apart.")
    var list = false

    func run() throws {
      let registry = try store.open()
      var scope = period.scope(registry)
      scope.dimensions = by.dimensions
      let audit = try registry.auditSettlement(scope, of: institution, listsClaims: list)
      if csv { return Output.answer(try RowsCSV.text(audit)) }
      if store.format == .json { return try Output.answer(audit) }
      Output.answer(audit.text)
    }
  }
}
