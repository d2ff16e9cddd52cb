import ArgumentParser
import Clinical
import Registry
import Savings

extension AuditCommand {
  struct Settlement: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Between institutions: who tested, who was spared, how many claims and how much.",
      discussion: """
        A claim on results of several institutions is divided by the number of results. Reversed claims stand apart; consultation fees \
        are no part of it. The digest of a pair is the SHA-256 of its lines of --statement, as they stand there: both sides find the         same, as `huren audit settlement … --statement | awk -F '\\t' '$5=="WHO TESTED" && $6=="WHO WAS SPARED"' | sha256sum` does.
        """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var period: PeriodOptions
    @Option(help: "What the sides are told apart by.")
    var between = Grouping(dimension: .institution)
    @Option(help: "The statement of one institution: only pairs with it on one side.")
    var institution: String?
    @Option(help: "Each pair's rows by these, separated by commas; may be repeated.")
    var by: [DimensionList] = []
    @Flag(help: "The rows alone, as CSV.")
    var csv = false
    @Flag(help: "List the claims behind the figures, those that stand and those reversed apart.")
    var list = false

    @Flag(
      help:
        "The lines behind the digests alone: event, decision, order, item, who tested, who was spared, when, fen, standing."
    )
    var statement = false

    func run() throws {
      let registry = try store.open()
      var scope = try period.scope(registry)
      scope.dimensions = by.dimensions
      let audit = try registry.auditSettlement(scope, between: between.dimension, of: institution, listsClaims: list)
      if statement {
        for line in audit.lines { Output.answer(csv: line) }
        return
      }
      if csv { return Output.answer(csv: try RowsCSV.text(audit)) }
      if store.format == .json { return try Output.answer(json: audit) }
      Output.answer(audit.text)
    }
  }
}

/// `--between alliance`.
struct Grouping: ExpressibleByArgument {
  let dimension: Dimension

  init(dimension: Dimension) { self.dimension = dimension }

  init?(argument: String) {
    guard let dimension = SettlementBooks.groupings.first(where: { $0.rawValue == argument }) else { return nil }
    self.dimension = dimension
  }

  var defaultValueDescription: String { dimension.rawValue }
  static var allValueStrings: [String] { SettlementBooks.groupings.map(\.rawValue) }
}
