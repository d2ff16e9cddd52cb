import Clinical
import Messages

extension ErrorTable {
  /// A request that reaches no use case.
  public static func row(of error: ServiceError) -> ErrorRow {
    switch error {
    case .notAuthenticated:
      row(
        "not-authenticated", 401, .security, .applicationInternal,
        "it is not shown who asks: send a bearer token of POST /oauth/token, or a certificate that is registered")
    case .notAllowed:
      row("not-allowed", 403, .forbidden, .applicationInternal, "this account's role may not do this")
    case .insufficientScope:
      row(
        "insufficient-scope", 403, .forbidden, .applicationInternal,
        "this token is not for this: ask for one with the scope that WWW-Authenticate names, or with none")
    case .institutionNeeded:
      row(
        "institution-needed", 400, .required, .requiredFieldMissing,
        "this account acts for several institutions: name one in the header Huren-Institution")
    case .notYourInstitution:
      row(
        "not-your-institution", 403, .forbidden, .unknownKey,
        "this account is not registered for this institution")
    case .tooMany:
      row("too-many", 429, .processing, .recordLocked, "too many attempts: wait before the next one")

    case .signInFailed:
      row("sign-in-failed", 401, .security, .applicationInternal, "name, password or code is not right: try again")
    case .weakPassword:
      row(
        "weak-password", 422, .value, .dataType,
        "this password is not taken: use 12 to 256 characters, and not the name")
    case .formTokenNeeded:
      row(
        "form-token-needed", 403, .forbidden, .requiredFieldMissing,
        "a change by a session needs its form token: send it in the header Huren-Form-Token")

    case .noRoute: row("no-route", 404, .notFound, .unknownKey, "there is nothing at this address")
    case .wrongMethod:
      row("wrong-method", 405, .notSupported, .unsupportedMessageType, "this address is asked by another method")
    case .malformed: row("malformed", 400, .structure, .segmentSequence, "this cannot be read as a request")
    case .tooLarge:
      row(
        "too-large", 413, .tooLong, .applicationInternal, "this is more than is taken in one request: send it in parts")
    case .unsupportedMedia:
      row(
        "unsupported-media", 415, .notSupported, .unsupportedMessageType, "this kind of content is not taken here")
    case .replayed:
      row(
        "replayed", 409, .duplicate, .duplicateKey,
        "this request id was used already: send the message again under a new one")
    case .timestampOff:
      row(
        "timestamp-off", 422, .value, .dataType,
        "the request's time lies more than 5 minutes from the registry's clock: set the sender's clock, then send again"
      )
    case .unfinished:
      row(
        "unfinished", 408, .incomplete, .segmentSequence, "it did not come to its end in time: send it again whole")
    case .knownAtNotAllowed:
      row(
        "known-at-not-allowed", 403, .forbidden, .applicationInternal,
        "an earlier state is for auditors alone: leave out knownAt")
    case .reasonNeeded:
      row(
        "reason-needed", 403, .required, .requiredFieldMissing,
        "this opens what a person's record holds: state why in the header Huren-Reason")

    case .personNeeded:
      row(
        "person-needed", 400, .required, .requiredFieldMissing,
        "say whose study it is: name the person's code, as a decision tells it, in the header Huren-Person")
    case .unknownStudy:
      row(
        "unknown-study", 404, .notFound, .unknownKey,
        "no result of this person that this account may see has such a study")
    case .imagesMissing:
      row(
        "images-missing", 404, .notFound, .applicationInternal,
        "the archive of the institution that reported it does not have this: ask there, or order anew with reason 98")
    case .imagesNotAcceptable:
      row(
        "images-not-acceptable", 406, .notSupported, .unsupportedMessageType,
        "the archive does not give this in the form that is asked for: send another Accept")
    case .imagesUnavailable:
      row(
        "images-unavailable", 504, .timeout, .applicationInternal,
        "the archive that has the images sends nothing: ask again later")
    case .archiveUnreachable:
      row(
        "archive-unreachable", 502, .exception, .applicationInternal,
        "the archive that has the images cannot be reached: ask again later")
    case .archiveRefused:
      row(
        "archive-refused", 502, .exception, .applicationInternal,
        "the archive that has the images answers otherwise than it was asked: tell who runs it")
    case .noResource:
      row("no-resource", 404, .notFound, .unknownKey, "there is no such resource for this account")
    case .patientNeeded:
      row(
        "patient-needed", 400, .required, .requiredFieldMissing,
        "a search says whose resources: give patient, or POST to …/_search with patient.identifier")
    case .descriptionNeeded:
      row(
        "description-needed", 400, .required, .requiredFieldMissing,
        "a patient is opened by a number and a name, or a number and a birth date: POST both to /fhir/Patient/_search")
    case .numbersInQuery:
      row(
        "numbers-in-query", 400, .security, .applicationInternal,
        "numbers and names of people stand in no address: POST this search to …/_search as a form")
    case .searchValue:
      row(
        "search-value", 400, .value, .dataType,
        "what this parameter says cannot be read: GET /fhir/metadata names its type, FHIR R4 (3.1.1.4) how that is written"
      )
    case .searchUnknown:
      row(
        "search-unknown", 400, .notSupported, .unsupportedMessageType,
        "no search knows this parameter: GET /fhir/metadata tells which")
    case .pageOver:
      row("page-over", 410, .expired, .unknownKey, "this page is over: make the search again")
    case .notAcceptable:
      row("not-acceptable", 406, .notSupported, .unsupportedMessageType, "answers are given in JSON or XML of FHIR")

    case .busy:
      row("busy", 503, .timeout, .recordLocked, "no answer in time, which says nothing about prior results: ask again")
    case .unavailable:
      row("unavailable", 503, .exception, .applicationInternal, "the service starts or ends: ask again")
    case .internal:
      row(
        "internal", 500, .exception, .applicationInternal,
        "an error of the service: its log tells more under the request's id")
    }
  }
}
