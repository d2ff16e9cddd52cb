import HTTPTypes
import Hummingbird
import Logging

/// What goes on around every request: its id in the answer, one line of the log, its time measured. Neither path nor query is written,
/// but the route alone.
struct RequestMiddleware: RouterMiddleware {
  let metrics: ServiceMetrics

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    var response = try await next(request, context)
    let elapsed = ContinuousClock.now - start
    // Of errors too: whoever asked for a head reads what follows as the next answer.
    if request.method == .head { response = response.withoutBody }
    response.headers[.requestID] = context.id
    response.headers[.cacheControl] = response.headers[.cacheControl] ?? "no-store"
    response.headers[.contentTypeOptions] = "nosniff"
    let route = context.endpointPath ?? "none"
    let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
    metrics.count(
      .requests, [("method", method), ("route", route), ("status", "\(response.status.code)")])
    metrics.time(.requestSeconds, [("route", route)], elapsed)
    context.logger.info(
      "answered",
      metadata: [
        "method": .string(method), "route": .string(route),
        "status": .stringConvertible(response.status.code), "milliseconds": .stringConvertible(elapsed.milliseconds),
      ])
    return response
  }

  /// What else somebody sends is a word of theirs.
  private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .options, .patch]
}

extension HTTPField.Name {
  fileprivate static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
}
