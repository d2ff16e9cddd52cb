import HTTPTypes
import Registry
import RegistryStore

/// What people see at a screen. Of a person's data no address says more than the registry's own code.
extension Route {
  static let start = Route(.get, "/", .anybody)
  static let asset = Route(.get, "/assets/{file}", .anybody)
  static let signInPage = Route(.get, "/sign-in", .anybody)
  static let enrolPage = Route(.get, "/enrol", .anybody)

  static let clinicianDesk = Route(.get, "/clinician", .roles([.clinician]), isPage: true)
  static let openPatient = Route(.post, "/clinician/patients", .roles([.clinician]), access: .page, isPage: true)
  static let launchedPatient = Route(.get, "/clinician/launched", .roles([.clinician]), access: .page, isPage: true)
  static let decisionPage = Route(
    .get, "/clinician/decisions/{decision}", .roles([.clinician]), access: .page, isPage: true)
  static let patientPage = Route(
    .get, "/clinician/patients/{person}", .roles([.clinician]), access: .page, isPage: true)
  static let patientItem = Route(
    .get, "/clinician/patients/{person}/items/{item}", .roles([.clinician]), access: .page, isPage: true)
  static let patientReport = Route(
    .get, "/clinician/patients/{person}/reports/{report}", .roles([.clinician]), access: .page, isPage: true)
  static let patientImages = Route(
    .post, "/clinician/patients/{person}/images", .roles([.clinician]), access: .image, isPage: true)
  static let answerPatient = Route(
    .post, "/clinician/patients/{person}/answers", .roles([.clinician]), access: .feedback, isPage: true)
  static let breakGlass = Route(
    .post, "/clinician/patients/{person}/break-glass", .roles([.clinician]), access: .page, isPage: true)

  private static let ofClinicians = [
    clinicianDesk, openPatient, launchedPatient, decisionPage, patientPage, patientItem, patientReport, patientImages,
    answerPatient,
    breakGlass,
  ]

  static let residentDesk = Route(.get, "/resident", .roles([.resident]), access: .page, isPage: true)
  static let residentItem = Route(.get, "/resident/items/{item}", .roles([.resident]), access: .page, isPage: true)
  static let residentReport = Route(
    .get, "/resident/reports/{report}", .roles([.resident]), access: .page, isPage: true)
  static let residentAccess = Route(.get, "/resident/access", .roles([.resident]), isPage: true)
  static let residentCode = Route(.get, "/resident/code", .roles([.resident]), isPage: true)
  static let residentImages = Route(.post, "/resident/images", .roles([.resident]), access: .image, isPage: true)
  static let residentDispute = Route(.post, "/resident/disputes", .roles([.resident]), access: .page, isPage: true)

  private static let ofResidents = [
    residentDesk, residentItem, residentReport, residentAccess, residentCode, residentImages, residentDispute,
  ]

  static let reviewerDesk = Route(.get, "/reviewer", .roles([.reviewer]), isPage: true)
  static let reviewTask = Route(.get, "/reviewer/tasks/{task}", .roles([.reviewer]), access: .page, isPage: true)
  static let answerTask = Route(.post, "/reviewer/tasks/{task}", .roles([.reviewer]), access: .page, isPage: true)
  static let reviewDone = Route(.get, "/reviewer/done", .roles([.reviewer]), isPage: true)
  static let undoReview = Route(.post, "/reviewer/undo", .roles([.reviewer]), isPage: true)
  static let settleDispute = Route(.post, "/reviewer/disputes", .roles([.reviewer]), isPage: true)
  static let reviewPerson = Route(
    .get, "/reviewer/persons/{person}", .roles([.reviewer]), access: .page, isPage: true)
  static let splitPerson = Route(
    .post, "/reviewer/persons/{person}", .roles([.reviewer]), access: .page, isPage: true)

  private static let ofReviewers = [
    reviewerDesk, reviewTask, answerTask, reviewDone, undoReview, settleDispute, reviewPerson, splitPerson,
  ]

  static let auditorDesk = Route(.get, "/auditor", .roles([.auditor]), isPage: true)
  static let auditReport = Route(.get, "/auditor/report", .roles([.auditor]), isPage: true)
  static let auditEvents = Route(.get, "/auditor/events", .roles([.auditor]), isPage: true)
  static let auditEvent = Route(.get, "/auditor/events/{event}", .roles([.auditor]), isPage: true)
  static let openEvent = Route(.post, "/auditor/events/{event}", .roles([.auditor]), access: .events, isPage: true)

  private static let ofAuditors = [auditorDesk, auditReport, auditEvents, auditEvent, openEvent]

  static let operatorDesk = Route(.get, "/operator", .roles([.operator]), isPage: true)
  static let quarantineList = Route(.get, "/operator/quarantine", .roles([.operator]), isPage: true)
  static let retryQuarantine = Route(.post, "/operator/quarantine/retry", .roles([.operator]), isPage: true)
  static let quarantined = Route(.get, "/operator/quarantine/{message}", .roles([.operator]), isPage: true)
  static let openQuarantined = Route(
    .post, "/operator/quarantine/{message}", .roles([.operator]), access: .message, isPage: true)
  static let unmappedCodes = Route(.get, "/operator/codes", .roles([.operator]), isPage: true)
  static let referenceData = Route(.get, "/operator/reference", .roles([.operator]), isPage: true)
  static let checkReference = Route(.post, "/operator/reference", .roles([.operator]), isPage: true)
  static let accounts = Route(.get, "/operator/accounts", .roles([.operator]), isPage: true)
  static let addAccount = Route(.post, "/operator/accounts", .roles([.operator]), isPage: true)
  static let changeAccount = Route(.post, "/operator/accounts/change", .roles([.operator]), isPage: true)

  private static let ofOperators = [
    operatorDesk, quarantineList, retryQuarantine, quarantined, openQuarantined, unmappedCodes, referenceData,
    checkReference, accounts, addAccount, changeAccount,
  ]

  static let ofPages =
    [start, asset, signInPage, enrolPage] + ofClinicians + ofResidents + ofReviewers + ofAuditors + ofOperators
}
