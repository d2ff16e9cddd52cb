import HTTPTypes
import Hummingbird
import Registry

/// Tells an error as a page where a page was asked for. Programs are told it as they always were.
struct PageErrors: RouterMiddleware {
  let sessions: Sessions

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      guard request.wantsPage, let row = Self.row(of: error) else { throw error }
      var response = page(row, request).response
      // What HTTP has a header for.
      if let headed = error as? HeadedError, headed.name != .wwwAuthenticate {
        response.headers[headed.name] = headed.value
      }
      return response
    }
  }

  private static func row(of error: any Error) -> ErrorRow? {
    if let headed = error as? HeadedError { return ErrorTable.row(of: headed.error) }
    if let row = ErrorTable.row(ofAny: error) { return row }
    return (error as? any HTTPResponseError).flatMap { ServiceError(status: $0.status.code) }
      .map { ErrorTable.row(of: $0) }
  }

  private func page(_ row: ErrorRow, _ request: Request) -> any PageAnswer {
    let l = PageLanguage(request)
    let words = ErrorWords.words(of: row, l)
    let status = HTTPResponse.Status(code: row.http)
    let path = request.uri.path
    if request.method == .post, path == "/sign-in" { return EntryPages(request).signIn(error: words, status: status) }
    if request.method == .post, path == "/enrol" { return EntryPages(request).enrol(error: words, status: status) }
    let session = request.sessionCookie.flatMap { try? sessions.session($0) }
    if row.http == 401, session == nil { return entry(request) }
    var frame = PageFrame(request, session: session)
    if request.method != .get { frame.path = "/" }
    return Page(frame, ErrorWords.title(of: row, l), status: status) {
      notice(words, isError: true)
      tag("p", .class("muted")) {
        l("代码：", "Code: ")
        tag("code", text: row.code)
      }
      tag("p") { link(PagePath(""), l("回到首页", "Back to the start")) }
    }
  }
}

extension PageErrors {
  /// Where whoever is not known signs in, and goes on from there.
  fileprivate func entry(_ request: Request) -> any PageAnswer {
    let target = request.method == .get ? PagePath(page: request.uri.path) : nil
    // Along a way that began at another site, a card in a hospital's system, a browser sends no cookie of `SameSite=Strict`.
    if let target, let from = request.headers[.secFetchSite], ["cross-site", "same-site"].contains(from) {
      return EntryPages(request).onward(target)
    }
    let path = PagePath("sign-in")
    return Response.seeOther(target.map { path.asking("to", $0.text) } ?? path)
  }
}

/// A page, or where to go.
fileprivate protocol PageAnswer {
  var response: Response { get }
}

extension Page: PageAnswer {}
extension Response: PageAnswer {
  var response: Response { self }
}

extension Request {
  /// Whether a person at a browser asks. What says nothing of what it takes is a program.
  var wantsPage: Bool { headers[.accept]?.lowercased().contains("text/html") ?? false }

  /// Whether a page's form was sent.
  var isByPage: Bool { isForm && wantsPage }
}
