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
  static let answerPatient = Route(
    .post, "/clinician/patients/{person}/answers", .roles([.clinician]), access: .feedback, isPage: true)
  static let breakGlass = Route(
    .post, "/clinician/patients/{person}/break-glass", .roles([.clinician]), access: .page, isPage: true)

  private static let ofClinicians = [
    clinicianDesk, openPatient, launchedPatient, decisionPage, patientPage, patientItem, patientReport, answerPatient,
    breakGlass,
  ]

  static let residentDesk = Route(.get, "/resident", .roles([.resident]), access: .page, isPage: true)
  static let residentItem = Route(.get, "/resident/items/{item}", .roles([.resident]), access: .page, isPage: true)
  static let residentReport = Route(
    .get, "/resident/reports/{report}", .roles([.resident]), access: .page, isPage: true)
  static let residentAccess = Route(.get, "/resident/access", .roles([.resident]), isPage: true)
  static let residentCode = Route(.get, "/resident/code", .roles([.resident]), isPage: true)
  static let residentDispute = Route(.post, "/resident/disputes", .roles([.resident]), access: .page, isPage: true)

  private static let ofResidents = [
    residentDesk, residentItem, residentReport, residentAccess, residentCode, residentDispute,
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

  static let ofPages = [start, asset, signInPage, enrolPage] + ofClinicians + ofResidents + ofReviewers
}
