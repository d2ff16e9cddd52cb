import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Registry
import RegistryStore

/// Somebody at one of the pages: who it is, by which session, in which language.
struct Visit: Sendable {
  let request: Request
  let context: ServerContext
  /// What the browser holds.
  let held: String
  let session: Session
  let frame: PageFrame

  var l: PageLanguage { frame.language }
  var caller: Caller { session.caller }

  /// A part of the path.
  func part(_ name: String) -> String { (context.parameters.get(name) ?? "").removingPercentEncoding ?? "" }

  /// A number that the path asks, within bounds; else the first of them.
  func number(_ name: String, _ bounds: ClosedRange<Int>) -> Int {
    let asked = request.uri.queryParameters[name[...]].flatMap { Int($0) }
    return asked.flatMap { bounds.contains($0) ? $0 : nil } ?? bounds.lowerBound
  }

  func asks(_ name: String) -> Bool { request.uri.queryParameters[name[...]] != nil }

  func page(_ title: String, status: HTTPResponse.Status = .ok, @HTMLBuilder body: () -> HTML) -> Page {
    Page(frame, title, status: status, body: body)
  }

  /// A page that answers a form: what leads back from it leads to where the form stood.
  func page(
    _ title: String, at path: PagePath, status: HTTPResponse.Status = .ok, @HTMLBuilder body: () -> HTML
  ) -> Page {
    var frame = frame
    frame.path = path.text
    return Page(frame, title, status: status, body: body)
  }
}

extension PageFrame {
  /// - Parameter session: nil where nobody is signed in.
  init(_ request: Request, session: Session?) {
    self.init(
      language: PageLanguage(request), path: request.uri.string, session: session,
      languageCookie: PageLanguage.setCookie(request))
  }
}

extension Response {
  /// After a change: the page is got anew, and a reload changes nothing.
  static func seeOther(_ path: PagePath) -> Response {
    Response(status: .seeOther, headers: [.location: path.text, .cacheControl: "no-store"])
  }
}

/// What a form carries to show that it is meant by who is signed in.
enum FormToken {
  static let field = "formToken"
}

extension RegistryService {
  /// Whoever is at a page has a session: a token of a program opens none.
  func visit(_ request: Request, _ context: ServerContext) throws -> Visit {
    guard let held = request.sessionCookie, let session = try access.sessions.session(held),
      session.caller == context.caller?.shown
    else { throw ServiceError.notAuthenticated }
    return Visit(
      request: request, context: context, held: held, session: session, frame: PageFrame(request, session: session))
  }

  /// A page of the matrix.
  func page(
    _ route: Route, _ router: Router<ServerContext>, _ answer: @escaping @Sendable (Visit) async throws -> Page
  ) {
    on(route, router) { request, context in try await answer(try self.visit(request, context)) }
  }

  /// A change by a form of a page, which is believed when it carries the session's token.
  func change(
    _ route: Route, _ router: Router<ServerContext>,
    _ answer: @escaping @Sendable (Visit, FormFields) async throws -> any ResponseGenerator
  ) {
    on(route, router) { request, context in
      let visit = try self.visit(request, context)
      let form = try await self.form(request, context)
      return try await answer(visit, form).response(from: request, context: context)
    }
  }

  /// The fields of a form, when it carries the token of the session it is of.
  ///
  /// - Throws: `ServiceError.formTokenNeeded`.
  func form(_ request: Request, _ context: ServerContext) async throws -> FormFields {
    guard request.isForm else { throw ServiceError.unsupportedMedia }
    let bytes = try await request.body.collect(upTo: Self.formLimit)
    guard let form = FormFields(bytes.readableBytesView) else { throw ServiceError.malformed }
    if let owed = context.caller?.owedFormToken {
      guard let token = form[FormToken.field], Secret.digest(of: token) == Secret.digest(of: owed) else {
        throw ServiceError.formTokenNeeded
      }
    }
    return form
  }

  private static var formLimit: Int { 65_536 }
}
