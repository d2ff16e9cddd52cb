public import Catalogue
import Clinical
public import Messages
public import PersonIndex
public import Recognition
public import Savings

/// What is wrong with one of many that came in: the others are taken, so the command ends with `incomplete`.
extension ErrorTable {
  /// An order that cannot be decided.
  public static func row(of problem: OrderProblem) -> ErrorRow {
    let text = told(problem.field, problem.message)
    func row(_ http: Int, _ issue: IssueType, _ condition: ErrorCondition) -> ErrorRow {
      Self.row(problem.code.rawValue, http, issue, condition, exit: .incomplete, text)
    }
    return switch problem.code {
    case .notJSON, .notCSV: row(400, .structure, .segmentSequence)
    case .missingField: row(422, .required, .requiredFieldMissing)
    case .invalidValue, .unreadableTime, .implausibleTime, .orderTimeImplausible: row(422, .value, .dataType)
    case .notYourInstitution: row(403, .forbidden, .unknownKey)
    case .unknownPerson: row(404, .notFound, .unknownKey)
    case .ambiguousPerson: row(409, .conflict, .duplicateKey)
    case .unknownInstitution: row(422, .notFound, .unknownKey)
    case .unknownItem, .unknownRetestReason: row(422, .codeInvalid, .tableValueNotFound)
    }
  }

  /// A line of feedback that is not taken, or waits for its decision.
  public static func row(of problem: FeedbackProblem) -> ErrorRow {
    let text = told(problem.field, problem.message)
    func row(_ http: Int, _ issue: IssueType, _ condition: ErrorCondition) -> ErrorRow {
      Self.row(problem.code.rawValue, http, issue, condition, exit: .incomplete, text)
    }
    return switch problem.code {
    case .notJSON, .notCSV: row(400, .structure, .segmentSequence)
    case .missingField: row(422, .required, .requiredFieldMissing)
    case .invalidValue, .unreadableTime: row(422, .value, .dataType)
    case .unknownItem, .unknownRetestReason: row(422, .codeInvalid, .tableValueNotFound)
    case .nothingToAccept: row(422, .businessRule, .applicationInternal)
    case .conflictingEvent: row(409, .conflict, .duplicateKey)
    case .unknownDecision: row(404, .notFound, .unknownKey)
    }
  }

  /// A message that is not taken: the codes of the standards are those that its sender is answered with.
  public static func row(of refusal: Refusal) -> ErrorRow {
    let code = refusal.finding.code
    let standard = FindingTable.row(of: code)
    let http =
      switch code {
      case .unreadable, .doctypeRefused: 400
      case .notYourInstitution: 403
      case .conflictingPatient, .conflictingMessage: 409
      case .limitExceeded: 413
      case .unknownDialect: 415
      default: 422
      }
    return row(
      code.rawValue, http, standard.issue, standard.condition, exit: .incomplete,
      "\(refusal.finding.message); next: \(advice(for: code))")
  }

  /// What whoever keeps the registry does next about a message in quarantine.
  static func advice(for code: Finding.Code?) -> PrintedText {
    switch code {
    case .implausibleTime: "correct the sender's clock; `huren quarantine retry` takes it once its time has come"
    case .notYourInstitution:
      "it names another institution than the feed's (--from): import it without --from, or as that institution's"
    case .unknownSender, .missingSource:
      "see whom it names with `huren quarantine show ID`, add them to senders.csv or institutions.csv, `huren reference load DIR`, then `huren quarantine retry`"
    case .unknownDialect:
      "write a mapping (Samples/reference/mappings), put it into the reference folder's mappings/, load it, then `huren quarantine retry`"
    case .testMessage: "nothing: test and training messages are not taken"
    case .conflictingPatient, .conflictingMessage: "ask the sender which of the two is right, and to send it again"
    case .doctypeRefused, .limitExceeded: "ask the sender to send it as the reason says"
    case .unreadable:
      "ask the sender to send it well-formed; raw & and < can be repaired: senders.csv, repair = markup"
    default: "ask the sender to complete the message and send it again"
    }
  }

  private static func told(_ field: String?, _ message: String) -> PrintedText {
    field.map { "\($0): \(message)" } ?? PrintedText(message)
  }
}

/// What is wrong with a table of persons as a whole.
extension ErrorTable {
  public static func row(of problem: TableColumns.Problem) -> ErrorRow {
    let text = PrintedText(problem.description)
    return switch problem {
    case .unknownField: row("unknown-field", 422, .codeInvalid, .tableValueNotFound, text)
    case .unknownColumn: row("unknown-column", 422, .notFound, .unknownKey, text)
    case .nothingToCompare: row("nothing-to-compare", 422, .required, .requiredFieldMissing, text)
    }
  }

  public static func row(of error: CSVError) -> ErrorRow {
    row("not-csv", 400, .structure, .segmentSequence, "line \(error.line): \(error.message)")
  }
}
