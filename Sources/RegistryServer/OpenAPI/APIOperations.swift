/// Each route by method and path.
extension APIDescription {
  private static let json = "application/json"
  static let form = "application/x-www-form-urlencoded"
  private static let lines = "application/x-ndjson"

  static let operations = [programs, fhirOperations, ofImages, pages].reduce(into: [:]) { all, some in
    all.merge(some) { first, _ in first }
  }

  private static let programs: [String: APIOperation] = [
    "GET /health": APIOperation(
      "running", "Whether it lives", answers: [.init(status: 200, words: "It does", content: [("text/plain", nil)])]),
    "GET /ready": APIOperation(
      "running", "Whether it can answer",
      answers: [
        .init(status: 200, words: "It can"),
        .init(status: 503, words: "Not now: the index is not loaded, or the disk is full or cannot be written"),
      ]),
    "GET /metrics": APIOperation(
      "running", "Figures of the service, for Prometheus",
      answers: [.init(status: 200, words: "The figures", content: [("text/plain", nil)])]),
    "GET /openapi.json": APIOperation(
      "running", "This description", answers: [.init(status: 200, words: "OpenAPI 3.1", content: [(json, nil)])]),

    "POST /v1/decisions": APIOperation(
      "question", "Which prior results can stand in for what is about to be ordered: one order, or one a line",
      takes: [(json, "Order"), (lines, nil)], parameters: ["record", "knownAt", "Huren-Reason"],
      answers: [
        .init(
          status: 200, words: "The decision; of lines a line each, in their order",
          content: [(json, "Decision"), (lines, nil)]),
        .init(status: 409, words: "The numbers lead to different persons", content: [(json, "OrderError")]),
        .init(status: 400, words: "No order that can be read", content: [(json, "AnyError")]),
        .init(status: 404, words: "Nobody is known by these numbers", content: [(json, "AnyError")]),
        .init(status: 422, words: "An order that cannot be decided", content: [(json, "OrderError")]),
      ]),
    "POST /v1/query": APIOperation(
      "question", "Which of a patient's results can be recognised", takes: [(json, "Query")],
      parameters: ["knownAt", "Huren-Reason"],
      answers: [
        .init(status: 200, words: "A decision over the items", content: [(json, "Decision")]),
        .init(status: 409, words: "The numbers lead to different persons", content: [(json, "AnyError")]),
        .init(status: 422, words: "A question that cannot be answered", content: [(json, "AnyError")]),
      ]),
    "POST /v1/feedback": APIOperation(
      "question", "What became of decisions: an event a line", takes: [(lines, nil), (json, "FeedbackLine")],
      answers: [.init(status: 200, words: "What was taken", content: [(json, "FeedbackTaken")])]),

    "GET /cds-services": APIOperation(
      "CDS Hooks 2.0", "Discovery",
      answers: [.init(status: 200, words: "The services", content: [(json, "CDSServices")])]),
    "POST /cds-services/{id}": APIOperation(
      "CDS Hooks 2.0", "Calls a service", takes: [(json, "CDSRequest")],
      answers: [
        .init(
          status: 200, words: "Cards, or none: also where there is no answer in time", content: [(json, "CDSResponse")])
      ]),
    "POST /cds-services/{id}/feedback": APIOperation(
      "CDS Hooks 2.0", "What became of cards", takes: [(json, "CDSFeedback")],
      answers: [.init(status: 200, words: "What was taken", content: [(json, "CDSFeedbackTaken")])]),
    "OPTIONS /cds-services": preflight, "OPTIONS /cds-services/{id}": preflight,
    "OPTIONS /cds-services/{id}/feedback": preflight,

    "POST /feeds": APIOperation(
      "feeds", "Messages of any dialect, one or a batch",
      takes: [("application/xml", nil), ("application/fhir+json", nil), ("x-application/hl7-v2+er7", nil)],
      answers: [
        .init(
          status: 200, words: "The dialect's acknowledgement of one message; of a batch the summary, when it is on disk"
        )
      ]),
    "POST /fhir": APIOperation(
      "feeds", "A Bundle of results",
      takes: [("application/fhir+json", nil), ("application/fhir+xml", nil)],
      answers: [
        .init(
          status: 200,
          words:
            "The Bundle of the response, or an OperationOutcome; of a batch each entry with its own status and outcome")
      ]),
    "POST /soap": APIOperation(
      "feeds", "HIPMessageServer(action, message), SOAP 1.1 and 1.2",
      takes: [("text/xml", nil), ("application/soap+xml", nil)],
      answers: [.init(status: 200, words: "The acknowledgement as the operation's string")]),
    "GET /soap": APIOperation(
      "feeds", "The service's WSDL (?wsdl)", answers: [.init(status: 200, words: "WSDL", content: [("text/xml", nil)])]),
    "POST /platform/v1/messages": APIOperation(
      "feeds", "A message in the signed and encrypted envelope of recognition platforms", takes: [(json, nil)],
      answers: [.init(status: 200, words: "The same envelope", content: [(json, nil)])]),

    "POST /oauth/token": APIOperation(
      "access", "A bearer token for a client's signed assertion (SMART Backend Services)",
      takes: [("application/x-www-form-urlencoded", "TokenRequest")],
      answers: [
        .init(status: 200, words: "A token of five minutes", content: [(json, "Token")]),
        .init(status: 400, words: "Refused, as OAuth says it", content: [(json, "OAuthError")]),
        .init(status: 401, words: "The client is not believed", content: [(json, "OAuthError")]),
      ]),
    "GET /.well-known/smart-configuration": smart, "GET /fhir/.well-known/smart-configuration": smart,
    "POST /enrol": APIOperation(
      "access", "Sets password and TOTP with a one-time code", takes: [(json, nil), (form, nil)],
      answers: [
        .init(status: 200, words: "Done"), .init(status: 401, words: "Not believed", content: [(json, "Error")]),
      ]),
    "POST /sign-in": APIOperation(
      "access", "Begins a session with password and TOTP", takes: [(json, nil), (form, nil)],
      answers: [
        .init(status: 303, words: "A session, in a cookie, of a form: on to the desk"),
        .init(status: 200, words: "A session, in a cookie"),
        .init(status: 401, words: "Not believed", content: [(json, "Error")]),
      ]),
    "GET /session": APIOperation("access", "Whose session it is", answers: [.init(status: 200, words: "The account")]),
    "POST /sign-out": APIOperation(
      "access", "Ends the session",
      answers: [
        .init(status: 204, words: "Ended"), .init(status: 303, words: "Ended, by a form: on to the sign-in page"),
      ]),
    "POST /launch": APIOperation(
      "access", "An address, good once, at which a clinician's page opens for a practitioner and a patient",
      takes: [(json, nil)], answers: [.init(status: 200, words: "The address", content: [(json, nil)])]),
    "GET /launch/{code}": APIOperation(
      "access", "Opens the page that a launch gave the address of",
      answers: [.init(status: 200, words: "A page that leads to the record, with a session")]),
  ]

  private static let preflight = APIOperation(
    "CDS Hooks 2.0", "What a browser asks before it asks",
    answers: [.init(status: 204, words: "Which pages may, in Access-Control-Allow-Origin")])

  private static let smart = APIOperation(
    "access", "How clients get tokens (SMART)",
    answers: [.init(status: 200, words: "The configuration", content: [(json, nil)])])
}
