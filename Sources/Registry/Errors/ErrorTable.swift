import Catalogue
import Clinical
import Messages
import PersonIndex
import Recognition
public import RegistryStore
import Savings

/// The one table of errors: what each is called, how it is told to people, and with which status the command line, a service and an
/// acknowledgement answer it. A code is never changed, and never given to another error.
public enum ErrorTable {
  /// How an error of a use case is told.
  ///
  /// - Returns: nil for what is none of the registry's own.
  public static func row(ofAny error: any Error) -> ErrorRow? {
    switch error {
    case let error as RegistryError: row(of: error)
    case let error as StoreError: row(of: error)
    case let error as OrderProblem: row(of: error)
    case let error as FeedbackProblem: row(of: error)
    case let error as Refusal: row(of: error)
    case let error as TableColumns.Problem: row(of: error)
    case let error as CSVError: row(of: error)
    case let error as ServiceError: row(of: error)
    default: nil
    }
  }

  // MARK: Use cases

  public static func row(of error: RegistryError) -> ErrorRow {
    switch error {
    case .noReference:
      row(
        "no-reference", 503, .exception, .applicationInternal,
        "no reference data is loaded: run `huren reference load DIR` first (Samples/reference is one to begin with)")
    case .noReferenceThen:
      row(
        "no-reference-then", 404, .notFound, .unknownKey,
        "no reference data was loaded yet at that time: give a later --known-at")
    case .rejectedReference(let problems):
      row(
        "rejected-reference", 422, .invalid, .dataType,
        problems.map { PrintedText($0.description) }.joined(separator: "\n")
          + "\nnothing was loaded: mend these rows and run the command again")
    case .unreadable(let path):
      row(
        "unreadable-file", 404, .notFound, .applicationInternal,
        "cannot read \(path): check that it exists and may be read")
    case .missingFolder(let path):
      row(
        "missing-folder", 404, .notFound, .applicationInternal,
        "there is no folder \(path): make it first, or name another file")

    case .unknownPerson:
      row(
        "unknown-person", 404, .notFound, .unknownKey,
        "no person has this code or number: see `huren person find --id TYPE:VALUE`, or import their results first")
    case .unknownInstitution(let code):
      row(
        "unknown-institution", 422, .notFound, .unknownKey,
        "\(code) is no institution of institutions.csv: see `huren reference check DIR`")
    case .unknownQuarantine(let id):
      row(
        "unknown-quarantine", 404, .notFound, .unknownKey,
        "nothing in quarantine has the number \(id): see `huren quarantine list`")
    case .unknownEvent(let id):
      row(
        "unknown-event", 404, .notFound, .unknownKey,
        "no event has the id \(id): see `huren audit savings --list`, `huren audit access` and `huren person review done`"
      )
    case .unknownRecord(let name):
      row(
        "unknown-record", 404, .notFound, .unknownKey, "there is no record \(name): see `huren person show CODE`")
    case .unknownTask(let task):
      row("unknown-task", 404, .notFound, .unknownKey, "there is no task \(task): see `huren person review`")
    case .unknownReport(let institution):
      row(
        "unknown-report", 404, .notFound, .unknownKey,
        "\(institution) has sent no report of this number: see `huren person show CODE`")
    case .unknownReportOfRecord(let name, let report):
      row(
        "unknown-report-of-record", 404, .notFound, .unknownKey,
        "record \(name) has no report \(report): see `huren person show CODE`")
    case .unknownModel(let known):
      row(
        "unknown-model", 404, .notFound, .unknownKey,
        "no model of this version ever held here: name one of \(known.joined(separator: ", "))")

    case .notRepeatable(let kind):
      row(
        "not-repeatable", 422, .value, .dataType,
        "this \(kind) was not recorded, as it could not be read back as itself: its times must lie from 1900-01-02 to 9998-12-31"
      )
    case .unreadableEvent(let id, let place):
      row(
        "unreadable-event", 500, .exception, .applicationInternal,
        "event \(place) of the chain, \(id), cannot be read: a time it holds cannot be meant, as an earlier version took it; see `huren audit verify`"
      )
    case .pastDecision:
      row(
        "past-decision", 422, .businessRule, .applicationInternal,
        "a decision of the past is not recorded, as results may have been cancelled since: leave out --record or --known-at"
      )
    case .noSigningKey:
      row(
        "no-signing-key", 422, .invalid, .dataType,
        "not an Ed25519 private key: make one with `openssl genpkey -algorithm ed25519 -out KEYFILE`")

    case .missingReason:
      row(
        "missing-reason", 422, .required, .requiredFieldMissing,
        "say who decides and why: --actor NAME --reason TEXT")
    case .onePersonAlready:
      row(
        "one-person-already", 409, .conflict, .duplicateKey,
        "these codes are one person's already: nothing was changed")
    case .differentResidentIDs:
      row(
        "different-resident-ids", 409, .businessRule, .duplicateKey,
        "they have different valid resident IDs, so they are two people: if one of the numbers is known to be wrong, add --override-numbers"
      )
    case .recordOfAnother(let name):
      row(
        "record-of-another", 409, .conflict, .unknownKey,
        "record \(name) is not one of this person's: see `huren person show CODE`")
    case .recordJoinedAlready(let name):
      row(
        "record-joined-already", 409, .conflict, .duplicateKey,
        "record \(name) is this person's already: nothing was changed")
    case .wholePerson:
      row(
        "whole-person", 422, .businessRule, .applicationInternal,
        "these are all records of the person: leave at least one")
    case .wholeRecord(let name):
      row(
        "whole-record", 422, .businessRule, .applicationInternal,
        "these are all reports of the record: leave at least one, or say `huren person unlink \(name)`")
    case .closedTask(let task, let outcome):
      row(
        "closed-task", 409, .conflict, .duplicateKey,
        "task \(task) is closed already (\(outcome.rawValue)), nothing was changed: see `huren person review`")
    case .nothingToUndo(let event):
      row(
        "nothing-to-undo", 404, .notFound, .unknownKey,
        "nothing that is still in force has the event \(event), neither a merge, split or review nor an institution's word on its numbers: see `huren person review done`"
      )

    case .disputedAlready:
      row(
        "disputed-already", 409, .conflict, .duplicateKey,
        "this report is in dispute already: nothing was changed; see `huren person review`")
    case .foundNotTheirs:
      row(
        "found-not-theirs", 409, .conflict, .duplicateKey,
        "this report was found not to be theirs already: nothing was changed")
    case .settledAlready(let areTheirs):
      row(
        "settled-already", 409, .conflict, .duplicateKey,
        "this dispute was settled already, found \(areTheirs ? "theirs" : "not theirs"): nothing was changed")
    case .notDisputed:
      row("not-disputed", 404, .notFound, .unknownKey, "nobody disputes this report: see `huren person review`")

    case .missingNote:
      row(
        "missing-note", 422, .required, .requiredFieldMissing,
        "a step needs who takes it and what is to be said: give --by and --note")
    case .unknownAlert:
      row(
        "unknown-alert", 404, .notFound, .unknownKey,
        "the charts find no such alert: see `huren audit alerts list`, and give the same period")
    case .closedAlert:
      row(
        "closed-alert", 409, .conflict, .duplicateKey,
        "the alert is answered: it is closed, and no step follows")
    case .alertStepOutOfOrder(let reached, let next):
      row(
        "alert-step-out-of-order", 409, .conflict, .segmentSequence,
        "the alert is \(reached.rawValue): its next step is `huren audit alerts \(next.verb)`")

    case .unknownAccount, .accountExists, .unusableAccountName, .roleNotOfKind, .institutionsNeeded, .personOfResident,
      .credentialsNeeded, .unusableKeys, .unusableCertificate, .certificateOfAnother, .actorNeeded:
      accountRow(of: error)
    }
  }

  // MARK: The store

  public static func row(of error: StoreError) -> ErrorRow {
    switch error {
    case .unusable(let problem, _):
      switch problem {
      case .missing: row("registry-missing", 503, .exception, .applicationInternal, error.text)
      case .folder: row("registry-is-folder", 503, .exception, .applicationInternal, error.text)
      case .unreadable: row("registry-unreadable", 503, .exception, .applicationInternal, error.text)
      case .empty: row("registry-empty", 503, .exception, .applicationInternal, error.text)
      case .noDatabase: row("registry-no-database", 503, .exception, .applicationInternal, error.text)
      case .foreign: row("registry-foreign", 503, .exception, .applicationInternal, error.text)
      case .newer: row("registry-newer", 503, .exception, .applicationInternal, error.text)
      case .unopenable: row("registry-unopenable", 503, .exception, .applicationInternal, error.text)
      case .exists: row("file-exists", 409, .duplicate, .duplicateKey, error.text)
      case .unwritable: row("file-unwritable", 500, .exception, .applicationInternal, error.text)
      }
    case .damaged: row("registry-damaged", 500, .exception, .applicationInternal, error.text)
    case .busy: row("registry-busy", 503, .lockError, .recordLocked, error.text)
    case .unwritable: row("registry-unwritable", 503, .exception, .applicationInternal, error.text)
    case .engine: row("engine-refused", 500, .exception, .applicationInternal, error.text)
    }
  }

  static func row(
    _ code: String, _ http: Int, _ issue: IssueType, _ condition: ErrorCondition, exit: ExitStatus = .failed,
    _ text: PrintedText
  ) -> ErrorRow {
    ErrorRow(code: code, text: text, exit: exit, http: http, issue: issue, condition: condition)
  }
}
