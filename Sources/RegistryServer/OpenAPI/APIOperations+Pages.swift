/// The pages for people. What is on them is no interface: programs have routes of their own.
extension APIDescription {
  static let pages: [String: APIOperation] = [
    "GET /": redirect("Where whoever is signed in goes on"),
    "GET /assets/{file}": APIOperation(
      "pages", "What pages need beside themselves, under a name that tells its content",
      answers: [
        .init(status: 200, words: "It", content: [("text/css", nil)]),
        .init(status: 304, words: "The same as before"),
      ]),
    "GET /sign-in": page("Sign in"),
    "GET /enrol": page("Set password and TOTP"),
    "GET /clinician": page("The clinician's desk: open a patient"),
    "POST /clinician/patients": change("Opens a patient by a number, and name or birth date"),
    "GET /clinician/launched": redirect("Opens the patient of a launch"),
    "GET /clinician/decisions/{decision}": redirect("Opens the patient of a decision of the own institution"),
    "GET /clinician/patients/{person}": page("What can be recognised, and the record"),
    "GET /clinician/patients/{person}/items/{item}": page("One item over the years"),
    "GET /clinician/patients/{person}/reports/{report}": page("One report"),
    "POST /clinician/patients/{person}/images": change("Leads to the viewer of a study"),
    "POST /clinician/patients/{person}/answers": change("Accepts, declines with a reason, or takes it back"),
    "POST /clinician/patients/{person}/break-glass": change("Opens what consent withholds, for a stated reason"),
    "GET /resident": page("The resident's desk: the own record"),
    "GET /resident/items/{item}": page("One item over the years"),
    "GET /resident/reports/{report}": page("One report"),
    "GET /resident/access": page("Who looked, when and why"),
    "GET /resident/code": page("The own code, as a QR code"),
    "POST /resident/images": change("Leads to the viewer of a study"),
    "POST /resident/disputes": change("Says of a report that it is not the person's"),
    "GET /reviewer": page("The reviewer's desk: what awaits a human"),
    "GET /reviewer/tasks/{task}": page("Two records side by side, with the evidence"),
    "POST /reviewer/tasks/{task}": change("The two are one person, or not"),
    "GET /reviewer/done": page("What humans said of who is who"),
    "POST /reviewer/undo": change("Takes back what was said"),
    "POST /reviewer/disputes": change("Settles a dispute about a report"),
    "GET /reviewer/persons/{person}": page("All records of a person"),
    "POST /reviewer/persons/{person}": change("Says that a record is another's"),
    "GET /auditor": page("The auditor's desk: of which period the report is asked for"),
    "GET /auditor/report": page("The audits of a period, to read and print"),
    "GET /auditor/events": page("Who asked for what"),
    "GET /auditor/events/{event}": page("Why an event is opened"),
    "POST /auditor/events/{event}": change("Opens an event for a stated reason"),
    "GET /operator": page("The operator's desk: feeds by institution"),
    "GET /operator/quarantine": page("What could not be taken in"),
    "POST /operator/quarantine/retry": change("Tries all of it again"),
    "GET /operator/quarantine/{message}": page("Why a message is in quarantine"),
    "POST /operator/quarantine/{message}": change("Opens a message at the place, for a stated reason"),
    "GET /operator/codes": page("Local codes without an item"),
    "GET /operator/reference": page("The generation of reference data in force"),
    "POST /operator/reference": change("Checks or loads the folder that the service is configured with"),
    "GET /operator/accounts": page("Who may ask"),
    "POST /operator/accounts": change("A new user"),
    "POST /operator/accounts/change": change("Shuts an account out, lets it in, or resets it"),
  ]

  private static func page(_ summary: String) -> APIOperation {
    APIOperation(
      "pages", summary, answers: [.init(status: 200, words: "A page", content: [("text/html", nil)])])
  }

  private static func redirect(_ summary: String) -> APIOperation {
    APIOperation("pages", summary, answers: [.init(status: 303, words: "On to the page")])
  }

  private static func change(_ summary: String) -> APIOperation {
    APIOperation(
      "pages", summary, takes: [(form, nil)],
      answers: [
        .init(status: 303, words: "Done: on to the page that shows it"),
        .init(status: 409, words: "What was shown has changed", content: [("text/html", nil)]),
        .init(status: 422, words: "The form again, with what is wrong", content: [("text/html", nil)]),
      ])
  }
}
