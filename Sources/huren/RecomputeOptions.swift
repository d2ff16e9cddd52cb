import ArgumentParser
import Registry

/// `--recompute`, of audits that are answered from what is kept.
struct RecomputeOptions: ParsableArguments {
  @Flag(
    help:
      "Compute everything anew from what is recorded and hold what is kept against it: exit code 1 where they differ.")
  var recompute = false

  /// What is computed of an earlier state has nothing to be held against.
  func validate(_ period: PeriodOptions) throws {
    if recompute, period.knownAt != nil { throw ValidationError("--known-at is always computed from what is recorded") }
  }

  /// Ends the command by how what is kept compares.
  ///
  /// - Throws: `ExitCode.failure` where it differs.
  static func end(_ comparison: BooksComparison?) throws {
    guard let comparison else { return }
    Output.note(comparison.text)
    if comparison.difference != nil { throw ExitCode.failure }
  }
}
