import Hummingbird
import Registry

extension RegistryService {
  /// The pages for people.
  func addPages(_ router: Router<ServerContext>) {
    on(.asset, router) { request, context in
      guard let asset = Asset.named(context.parameters.get("file") ?? "") else { throw ServiceError.noRoute }
      return asset.response(to: request)
    }
    on(.start, router) { request, _ in try self.start(request) }
    on(.signInPage, router) { request, _ in EntryPages(request).signIn() }
    on(.enrolPage, router) { request, _ in EntryPages(request).enrol() }
    addClinicianDesk(router)
    addResidentDesk(router)
    addReviewerDesk(router)
    addAuditorDesk(router)
    addOperatorDesk(router)
  }

  /// Where whoever is signed in goes on.
  private func start(_ request: Request) throws -> Response {
    guard let held = request.sessionCookie, let session = try access.sessions.session(held),
      let desk = Desk(session.caller.role)
    else { return .seeOther(PagePath("sign-in")) }
    return .seeOther(session.patient == nil ? desk.path : PagePath("clinician", "launched"))
  }
}
