/// FHIR's value set issue-type, as far as it is answered here.
public enum IssueType: String, Sendable, CaseIterable {
  case invalid, structure, required, value, security, unknown, forbidden, processing, duplicate, conflict, exception
  case timeout, informational, incomplete
  case notSupported = "not-supported"
  case notFound = "not-found"
  case tooLong = "too-long"
  case codeInvalid = "code-invalid"
  case businessRule = "business-rule"
  case lockError = "lock-error"
  case expired
}
