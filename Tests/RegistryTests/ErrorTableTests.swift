import Catalogue
import Clinical
import Messages
import PersonIndex
import Recognition
import RegistryStore
import Savings
import Testing

@testable import Registry

@Suite("the table of errors")
struct ErrorTableTests {
  /// One of each case. The switch below does not compile when a case is added and not put in here.
  private static let ofUseCases: [RegistryError] = {
    let record = RecordName(id: 5 << 40 | 1)
    return [
      .noReference, .noReferenceThen,
      .rejectedReference([ReferenceProblem(file: "items.csv", line: 2, column: "item", message: "is empty: fill it")]),
      .unreadable(path: "a"), .missingFolder(path: "b"), .unknownPerson, .unknownInstitution("X"),
      .unknownQuarantine(1), .unknownEvent("E1"), .unknownRecord(record), .unknownTask(1),
      .unknownReport(institution: "X"), .unknownReportOfRecord(record, report: "R1"), .unknownModel(known: ["one"]),
      .notRepeatable(kind: "decision"), .unreadableEvent("E1", place: 1), .pastDecision, .noSigningKey, .missingReason,
      .onePersonAlready, .differentResidentIDs, .recordOfAnother(record), .recordJoinedAlready(record), .wholePerson,
      .wholeRecord(record), .closedTask(1, .linked), .nothingToUndo(event: "E1"), .disputedAlready, .foundNotTheirs,
      .settledAlready(areTheirs: true), .notDisputed, .missingNote, .unknownAlert, .closedAlert,
      .alertStepOutOfOrder(reached: .found, next: .warned), .unknownAccount(.client), .accountExists,
      .unusableAccountName, .roleNotOfKind(.user), .institutionsNeeded, .personOfResident, .credentialsNeeded,
      .unusableKeys("key 1 holds a secret"), .unusableCertificate("it is none"), .certificateOfAnother, .actorNeeded,
    ]
  }()

  private static func count(_ error: RegistryError) {
    switch error {
    case .noReference, .noReferenceThen, .rejectedReference, .unreadable, .missingFolder, .unknownPerson,
      .unknownInstitution, .unknownQuarantine, .unknownEvent, .unknownRecord, .unknownTask, .unknownReport,
      .unknownReportOfRecord, .unknownModel, .notRepeatable, .unreadableEvent, .pastDecision, .noSigningKey,
      .missingReason, .onePersonAlready, .differentResidentIDs, .recordOfAnother, .recordJoinedAlready, .wholePerson,
      .wholeRecord, .closedTask, .nothingToUndo, .disputedAlready, .foundNotTheirs, .settledAlready, .notDisputed,
      .missingNote, .unknownAlert, .closedAlert, .alertStepOutOfOrder, .unknownAccount, .accountExists,
      .unusableAccountName, .roleNotOfKind, .institutionsNeeded, .personOfResident, .credentialsNeeded, .unusableKeys,
      .unusableCertificate, .certificateOfAnother, .actorNeeded:
      break
    }
  }

  private static let ofTheStore: [StoreError] =
    [
      .missing, .folder, .unreadable, .empty, .noDatabase, .foreign, .newer, .unopenable("file is not a database"),
      .exists, .unwritable("no space left on device"),
    ].map { StoreError.unusable($0, path: "file") } + [
      .damaged("a row"), .busy, .unwritable("database or disk is full (13)"), .engine("constraint failed (19)"),
    ]

  private static func count(_ error: StoreError) {
    switch error {
    case .damaged, .busy, .unwritable, .engine: break
    case .unusable(let problem, _):
      switch problem {
      case .missing, .folder, .unreadable, .empty, .noDatabase, .foreign, .newer, .unopenable, .exists, .unwritable:
        break
      }
    }
  }

  private static func lines(_ errors: [any Error]) throws -> [String] {
    try errors.map { error in
      let row = try #require(ErrorTable.row(ofAny: error))
      return "\(row.code) \(row.exit.rawValue) \(row.http) \(row.issue.rawValue) \(row.condition.rawValue)"
    }
  }

  @Test("every error of a use case has its code and its statuses, and none changes")
  func useCases() throws {
    #expect(
      try Self.lines(Self.ofUseCases) == [
        "no-reference 1 503 exception 207", "no-reference-then 1 404 not-found 204",
        "rejected-reference 1 422 invalid 102", "unreadable-file 1 404 not-found 207",
        "missing-folder 1 404 not-found 207", "unknown-person 1 404 not-found 204",
        "unknown-institution 1 422 not-found 204", "unknown-quarantine 1 404 not-found 204",
        "unknown-event 1 404 not-found 204", "unknown-record 1 404 not-found 204", "unknown-task 1 404 not-found 204",
        "unknown-report 1 404 not-found 204", "unknown-report-of-record 1 404 not-found 204",
        "unknown-model 1 404 not-found 204", "not-repeatable 1 422 value 102",
        "unreadable-event 1 500 exception 207", "past-decision 1 422 business-rule 207",
        "no-signing-key 1 422 invalid 102", "missing-reason 1 422 required 101",
        "one-person-already 1 409 conflict 205", "different-resident-ids 1 409 business-rule 205",
        "record-of-another 1 409 conflict 204", "record-joined-already 1 409 conflict 205",
        "whole-person 1 422 business-rule 207", "whole-record 1 422 business-rule 207",
        "closed-task 1 409 conflict 205", "nothing-to-undo 1 404 not-found 204", "disputed-already 1 409 conflict 205",
        "found-not-theirs 1 409 conflict 205", "settled-already 1 409 conflict 205", "not-disputed 1 404 not-found 204",
        "missing-note 1 422 required 101", "unknown-alert 1 404 not-found 204", "closed-alert 1 409 conflict 205",
        "alert-step-out-of-order 1 409 conflict 100", "unknown-account 1 404 not-found 204",
        "account-exists 1 409 duplicate 205", "unusable-account-name 1 422 value 102",
        "role-not-of-kind 1 422 business-rule 103", "institutions-needed 1 422 required 101",
        "person-of-resident 1 422 business-rule 101", "credentials-needed 1 422 required 101",
        "unusable-keys 1 422 invalid 102", "unusable-certificate 1 422 invalid 102",
        "certificate-of-another 1 409 conflict 205", "actor-needed 1 422 required 101",
      ])
    #expect(
      try Self.lines(Self.ofTheStore) == [
        "registry-missing 1 503 exception 207", "registry-is-folder 1 503 exception 207",
        "registry-unreadable 1 503 exception 207", "registry-empty 1 503 exception 207",
        "registry-no-database 1 503 exception 207", "registry-foreign 1 503 exception 207",
        "registry-newer 1 503 exception 207", "registry-unopenable 1 503 exception 207",
        "file-exists 1 409 duplicate 205",
        "file-unwritable 1 500 exception 207", "registry-damaged 1 500 exception 207",
        "registry-busy 1 503 lock-error 206", "registry-unwritable 1 503 exception 207",
        "engine-refused 1 500 exception 207",
      ])
  }

  @Test("so has every error of a service")
  func service() throws {
    #expect(
      try Self.lines(ServiceError.allCases) == [
        "not-authenticated 1 401 security 207", "not-allowed 1 403 forbidden 207",
        "insufficient-scope 1 403 forbidden 207",
        "institution-needed 1 400 required 101", "not-your-institution 1 403 forbidden 204",
        "too-many 1 429 processing 206", "sign-in-failed 1 401 security 207", "weak-password 1 422 value 102",
        "form-token-needed 1 403 forbidden 101", "no-route 1 404 not-found 204",
        "wrong-method 1 405 not-supported 200", "malformed 1 400 structure 100", "too-large 1 413 too-long 207",
        "unsupported-media 1 415 not-supported 200", "replayed 1 409 duplicate 205", "timestamp-off 1 422 value 102",
        "unfinished 1 408 incomplete 100",
        "known-at-not-allowed 1 403 forbidden 207", "reason-needed 1 403 required 101",
        "person-needed 1 400 required 101", "unknown-study 1 404 not-found 204", "images-missing 1 404 not-found 207",
        "images-not-acceptable 1 406 not-supported 200", "images-unavailable 1 504 timeout 207",
        "archive-unreachable 1 502 exception 207", "archive-refused 1 502 exception 207",
        "no-resource 1 404 not-found 204", "patient-needed 1 400 required 101", "description-needed 1 400 required 101",
        "numbers-in-query 1 400 security 207",
        "search-value 1 400 value 102", "search-unknown 1 400 not-supported 200", "page-over 1 410 expired 204",
        "not-acceptable 1 406 not-supported 200", "busy 1 503 timeout 206",
        "unavailable 1 503 exception 207", "internal 1 500 exception 207",
      ])
  }

  @Test("so has everything that is wrong with one of many that came in")
  func input() throws {
    #expect(
      try Self.lines(OrderProblem.Code.allCases.map { OrderProblem($0, field: "item", "") }) == [
        "not-json 2 400 structure 100", "not-csv 2 400 structure 100", "missing-field 2 422 required 101",
        "invalid-value 2 422 value 102", "unreadable-time 2 422 value 102", "implausible-time 2 422 value 102",
        "order-time-implausible 2 422 value 102", "not-your-institution 2 403 forbidden 204",
        "unknown-person 2 404 not-found 204", "ambiguous-person 2 409 conflict 205",
        "unknown-institution 2 422 not-found 204", "unknown-item 2 422 code-invalid 103",
        "unknown-retest-reason 2 422 code-invalid 103",
      ])
    #expect(
      try Self.lines(FeedbackProblem.Code.allCases.map { FeedbackProblem($0, field: nil, "") }) == [
        "not-json 2 400 structure 100", "not-csv 2 400 structure 100", "missing-field 2 422 required 101",
        "invalid-value 2 422 value 102", "unreadable-time 2 422 value 102", "unknown-item 2 422 code-invalid 103",
        "unknown-retest-reason 2 422 code-invalid 103", "nothing-to-accept 2 422 business-rule 207",
        "conflicting-event 2 409 conflict 205",
        "unknown-decision 2 404 not-found 204",
      ])
    #expect(
      try Self.lines(
        [TableColumns.Problem.unknownField("f"), TableColumns.Problem.unknownColumn("c"), .nothingToCompare]) == [
          "unknown-field 1 422 code-invalid 103", "unknown-column 1 422 not-found 204",
          "nothing-to-compare 1 422 required 101",
        ])
    let start = Location(line: 1, column: 1, path: "/")
    let refusals = Finding.Code.allCases.filter { FindingTable.row(of: $0).isFatal }.map {
      Refusal(Finding($0, "what is wrong", at: start))
    }
    #expect(
      refusals.map { ErrorTable.row(of: $0) }.map { "\($0.code) \($0.exit.rawValue) \($0.http)" } == [
        "unreadable 2 400", "doctype-refused 2 400", "limit-exceeded 2 413", "unknown-dialect 2 415",
        "unknown-sender 2 422", "missing-source 2 422", "missing-report-number 2 422", "missing-patient 2 422",
        "missing-message-time 2 422", "test-message 2 422", "implausible-time 2 422", "not-your-institution 2 403",
        "conflicting-patient 2 409", "conflicting-message 2 409", "dependent-entries 2 422",
      ])
    for refusal in refusals { #expect(ErrorTable.row(of: refusal).text.description.contains("; next: ")) }
  }

  @Test("a code is one error's, its text says what to do or that nothing was changed, its statuses are ones there are")
  func sound() throws {
    let errors: [any Error] = Self.ofUseCases + Self.ofTheStore
    Self.ofUseCases.forEach(Self.count)
    Self.ofTheStore.forEach(Self.count)
    let rows = try errors.map { try #require(ErrorTable.row(ofAny: $0)) }
    #expect(Set(rows.map(\.code)).count == rows.count)
    for row in rows {
      #expect(row.code.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
      #expect((400..<600).contains(row.http), "\(row.code)")
      #expect(row.condition != .accepted && row.issue != .informational, "\(row.code)")
      let text = row.text.description
      let saysWhatToDo = /[:;.,] .*(`huren|run|give|name|make|mend|see|leave|add|say|use|check|changed|step|must|lie)/
      #expect(text.contains(saysWhatToDo) || text.hasPrefix("say "), "\(row.code): \(text)")
      #expect(!text.contains("Optional(") && !text.contains("\u{1B}"), "\(row.code): \(text)")
    }
  }

  @Test("where an order and a use case stumble over the same thing, it has the same code and is answered alike")
  func alike() throws {
    let start = Location(line: 1, column: 1, path: "/")
    var errors: [any Error] = Self.ofUseCases + Self.ofTheStore
    errors += OrderProblem.Code.allCases.map { OrderProblem($0, field: nil, "") }
    errors += FeedbackProblem.Code.allCases.map { FeedbackProblem($0, field: nil, "") }
    errors += Finding.Code.allCases.filter { FindingTable.row(of: $0).isFatal }.map {
      Refusal(Finding($0, "", at: start))
    }
    for (code, rows) in Dictionary(grouping: errors.compactMap { ErrorTable.row(ofAny: $0) }, by: \.code) {
      let answers = Set(rows.map { "\($0.http) \($0.issue.rawValue) \($0.condition.rawValue)" })
      #expect(answers.count == 1, "\(code): \(answers)")
    }
  }

  @Test("what is none of the registry's own errors has no row")
  func others() {
    struct Other: Error {}
    #expect(ErrorTable.row(ofAny: Other()) == nil)
    let outside = RegistryError.unknownInstitution("X\u{1B}[2J")
    #expect(!outside.description.contains("\u{1B}"))
  }
}
