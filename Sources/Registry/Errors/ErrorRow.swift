public import Clinical
public import Messages

/// How an error is told, wherever it is told.
public struct ErrorRow: Hashable, Sendable {
  /// Stable: scripts and other programs go by it.
  public let code: String
  /// What is wrong and what to do.
  public let text: PrintedText
  public let exit: ExitStatus
  /// Of a service's answer.
  public let http: Int
  /// Of an OperationOutcome.
  public let issue: IssueType
  /// Of an acknowledgement.
  public let condition: ErrorCondition
}

/// What the command line ends with.
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case failed = 1
  /// Done, but some input was quarantined or could not be decided.
  case incomplete = 2
  /// The arguments are no command.
  case usage = 64
}
