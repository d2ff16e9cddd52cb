import ArgumentParser
import Registry
import Savings

/// What the audits of a period take.
struct PeriodOptions: ParsableArguments {
  @Option(help: "From then on, included.")
  var from: MomentArgument?
  @Option(help: "Up to then, excluded.")
  var to: MomentArgument?
  @Option(help: "The books as they stand when the clock says so. Default: now.")
  var at: MomentArgument?
  @Option(help: "With only what was recorded by then.")
  var knownAt: MomentArgument?

  func scope(_ registry: Registry, by rows: RowOptions? = nil) throws -> AuditScope {
    var scope = AuditScope(at: try at?.instant(of: registry) ?? registry.now)
    scope.from = try from?.instant(of: registry)
    scope.to = try to?.instant(of: registry)
    scope.knownAt = try knownAt?.instant(of: registry)
    scope.dimensions = rows?.dimensions ?? []
    return scope
  }
}

/// `--by`.
struct RowOptions: ParsableArguments {
  @Option(help: "Rows by these, separated by commas; may be repeated.")
  var by: [DimensionList] = []
  @Flag(help: "The rows alone, as CSV.")
  var csv = false

  func validate() throws {
    if csv, by.isEmpty { throw ValidationError("--csv writes rows: say by what with --by") }
  }

  var dimensions: [Dimension] { by.dimensions }
}

extension [DimensionList] {
  /// Each once, in the order given.
  var dimensions: [Dimension] {
    flatMap(\.dimensions).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

/// `--by institution,month`.
struct DimensionList: ExpressibleByArgument {
  let dimensions: [Dimension]

  init?(argument: String) {
    let words = argument.split(separator: ",").map(String.init)
    dimensions = words.compactMap(Dimension.init(rawValue:))
    if words.isEmpty || dimensions.count < words.count { return nil }
  }

  static var allValueStrings: [String] { Dimension.allCases.map(\.rawValue) }
}
