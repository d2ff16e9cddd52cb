import ArgumentParser
import Registry
import Savings

/// What the audits of a period take.
struct AuditScopeOptions: ParsableArguments {
  @Option(help: "From then on, included.")
  var from: MomentArgument?
  @Option(help: "Up to then, excluded.")
  var to: MomentArgument?
  @Option(help: "The books as they stand when the clock says so. Default: now.")
  var at: MomentArgument?
  @Option(help: "With only what was recorded by then.")
  var knownAt: MomentArgument?
  @Option(help: "Rows by these, separated by commas; may be repeated.")
  var by: [DimensionList] = []

  func scope(_ registry: Registry) -> AuditScope {
    var scope = AuditScope(at: at?.instant ?? registry.now)
    scope.from = from?.instant
    scope.to = to?.instant
    scope.knownAt = knownAt?.instant
    for dimension in by.flatMap(\.dimensions) where !scope.dimensions.contains(dimension) {
      scope.dimensions.append(dimension)
    }
    return scope
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
