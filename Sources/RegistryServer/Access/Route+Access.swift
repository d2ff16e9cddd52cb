import HTTPTypes
import Registry
import RegistryStore

/// How callers show who they are.
extension Route {
  static let token = Route(.post, "/oauth/token", .anybody)
  static let smartConfiguration = Route(.get, "/.well-known/smart-configuration", .anybody)
  /// Where SMART clients look: below the base of FHIR.
  static let fhirSmartConfiguration = Route(.get, "/fhir/.well-known/smart-configuration", .anybody)
  static let enrol = Route(.post, "/enrol", .anybody)
  static let signIn = Route(.post, "/sign-in", .anybody)
  static let session = Route(.get, "/session", .roles(people))
  static let signOut = Route(.post, "/sign-out", .roles(people))
  static let launch = Route(.post, "/launch", .roles([.orderEntry]), scope: .record, access: .record)
  /// Good once: the address itself shows who asks.
  static let openLaunch = Route(.get, "/launch/{code}", .anybody)

  private static let people: Set<Role> = [.clinician, .resident, .reviewer, .auditor, .operator]

  static let ofAccess = [
    token, smartConfiguration, fhirSmartConfiguration, enrol, signIn, session, signOut, launch, openLaunch,
  ]
}
