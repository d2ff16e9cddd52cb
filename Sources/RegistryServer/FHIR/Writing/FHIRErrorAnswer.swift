import Clinical
import HTTPTypes
import Hummingbird
import Messages
import NIOCore
import Registry

extension ErrorRow {
  /// As an OperationOutcome.
  ///
  /// - Parameter parameter: of a search, which it is about.
  func outcome(parameter: String? = nil) -> FHIRDocument {
    .resource("OperationOutcome") { outcome in
      outcome.add(
        "issue",
        each: [
          FHIRDocument.element { issue in
            issue.add("severity", "error")
            issue.add("code", self.issue.rawValue)
            issue.add("details", .element([("coding", .list([.element([("code", .text(code))])]))]))
            issue.add("diagnostics", (parameter.map { "\($0): " } ?? "") + text.description)
            issue.add("expression", each: [parameter.map { .text("http.\($0)") }])
          }
        ])
    }
  }
}

/// Programs of FHIR read OperationOutcomes alone: whatever the service's answer is to what goes wrong below `/fhir/`, it is told as one.
struct FHIRErrorMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    guard request.uri.path.hasPrefix("/fhir/"), !request.uri.path.hasPrefix("/fhir/.well-known") else {
      return try await next(request, context)
    }
    do {
      return try await next(request, context)
    } catch let problem as FHIRProblem {
      return Self.response(ErrorTable.row(of: problem.error), request, parameter: problem.parameter)
    } catch let error as HeadedError {
      var response = Self.response(ErrorTable.row(of: error.error), request)
      response.headers[error.name] = error.value
      return response
    } catch let error as any HTTPResponseError {
      guard let known = ServiceError(status: error.status.code) else { throw error }
      return Self.response(ErrorTable.row(of: known), request)
    } catch {
      guard let row = ErrorTable.row(ofAny: error) else { throw error }
      return Self.response(row, request)
    }
  }

  private static func response(_ row: ErrorRow, _ request: Request, parameter: String? = nil) -> Response {
    let notation = request.fhirNotation
    var headers = ErrorAnswer(row).response.headers
    headers[.contentType] = notation.mediaType
    headers[.contentLength] = nil
    return Response(
      status: .init(code: row.http), headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: row.outcome(parameter: parameter).written(as: notation))))
  }
}
