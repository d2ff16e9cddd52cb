import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Registry

/// How an error is answered: `{"error":{"code","field"?,"message"}}`, with code, text and status of the one table.
struct ErrorAnswer: ResponseGenerator {
  let row: ErrorRow
  var field: String?

  init(_ row: ErrorRow, field: String? = nil) {
    self.row = row
    self.field = field
  }

  /// - Returns: nil for what is no error of ours.
  init?(ofAny error: any Error) {
    guard let row = ErrorTable.row(ofAny: error) else { return nil }
    self.init(row)
  }

  var json: String {
    var members = ["\"code\":" + JSONString.quoted(row.code)]
    if let field { members.append("\"field\":" + JSONString.quoted(field)) }
    members.append("\"message\":" + JSONString.quoted(row.text.description))
    return "{\"error\":{" + members.joined(separator: ",") + "}}"
  }

  func response(from request: Request, context: some RequestContext) -> Response { response }

  var response: Response {
    var headers: HTTPFields = [.contentType: "application/json"]
    if row.http == 503 { headers[.retryAfter] = "1" }
    if row.http == 401 { headers[.wwwAuthenticate] = "Bearer" }
    return Response(
      status: .init(code: row.http), headers: headers, body: .init(byteBuffer: ByteBuffer(string: json)))
  }
}

/// The one place in which an error becomes an answer.
struct ErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      if let error = error as? HeadedError { return error.response }
      if let answer = ErrorAnswer(ofAny: error) { return answer.response }
      if let error = error as? any HTTPResponseError, let known = ServiceError(status: error.status.code) {
        return ErrorAnswer(ErrorTable.row(of: known)).response
      }
      // A body whose chunks are none is known to be so when it is read.
      if error is HTTPParserError { return ErrorAnswer(ErrorTable.row(of: ServiceError.malformed)).response }
      // What nobody foresaw says nothing of itself outside: its words may hold what was sent.
      context.logger.error("an error that nobody foresaw: \(type(of: error))")
      return ErrorAnswer(ErrorTable.row(of: ServiceError.internal)).response
    }
  }
}
