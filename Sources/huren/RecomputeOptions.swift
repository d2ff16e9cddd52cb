import ArgumentParser
import Clinical
import Registry

/// `--recompute`, of audits that are answered from what is kept.
struct RecomputeOptions: ParsableArguments {
  @Flag(
    help:
      "Compute everything anew from what is recorded and hold what is kept against it: exit code 1 where they differ.")
  var recompute = false

  /// What is computed anyway, of an earlier state or as a list, has nothing to be held against.
  func validate(_ period: PeriodOptions, lists: Bool = false) throws {
    guard recompute else { return }
    if period.knownAt != nil {
      throw ValidationError("--known-at is always computed from what is recorded: leave out --recompute")
    }
    if lists { throw ValidationError("--list is always computed from what is recorded: leave out --recompute") }
  }

  /// An audit as it is asked for.
  ///
  /// - Parameter rows: the key of those to write alone, as CSV; nil: all of it.
  /// - Throws: `ExitCode.failure` where what is kept differs.
  static func answer(
    _ audit: some Encodable, _ text: @autoclosure () -> PrintedText, as format: StoreOptions.Format,
    csv rows: String? = nil, _ comparison: AuditComparison?
  ) throws {
    if let rows {
      Output.answer(csv: try RowsCSV.text(audit, rows: rows))
    } else if format == .json {
      try Output.answer(json: audit)
    } else {
      Output.answer(text())
    }
    try end(comparison)
  }

  /// Ends the command by how what is kept compares.
  ///
  /// - Throws: `ExitCode.failure` where it differs.
  static func end(_ comparison: AuditComparison?) throws {
    guard let comparison else { return }
    Output.note(comparison.text)
    if comparison.difference != nil { throw ExitCode.failure }
  }
}
