import Clinical
import Feeds
import HTTPTypes
import Hummingbird
import Messages
import Registry

extension RegistryService {
  /// The doors by which messages come in.
  func addFeeds(_ router: Router<ServerContext>) {
    on(.feeds, router) { request, context in try await self.receive(request, context) }
    on(.fhir, router) { request, context in try await self.answerFHIR(request, context) }
    on(.platform, router) { request, context in try await self.answerPlatform(request, context) }
    on(.soapDescription, router) { request, context in try self.describeSOAP(request, context) }
    on(.soap, router) { request, context in try await self.answerSOAP(request, context) }
  }

  /// Any dialect, one message or a batch, packed or not.
  private func receive(_ request: Request, _ context: ServerContext) async throws -> Response {
    let owner = try owner(of: context, request)
    let label = Self.label(of: context, "/feeds")
    let received = try await feedGate.through {
      let body = try await self.body(of: request)
      return try await self.inTurn(body) {
        try await self.registry.receive(
          body.feed, of: owner, label: label, limits: self.feedBounds.limits(of: body.size))
      }
    }
    switch received {
    case .one(let submission):
      count(submission, of: owner)
      return try AcknowledgementAnswer(submission: submission).response(from: request, context: context)
    case .many(let outcome):
      count(outcome.summary, of: owner)
      return try BatchAnswer(outcome: outcome).response(from: request, context: context)
    case .nothing(let problems):
      let code = problems.first?.code ?? .unreadable
      let finding = Finding(
        Finding.Code(rawValue: code.rawValue) ?? .unreadable, problems.first?.reason ?? "there is no message in this",
        at: Location(line: 1, column: 1, path: "/"))
      return ErrorAnswer(ErrorTable.row(of: Refusal(finding))).response(from: request, context: context)
    }
  }

  /// The body, in the encoding that the request says.
  ///
  /// - Parameter most: bytes as they are sent.
  /// - Throws: `ServiceError.tooLarge`, `ServiceError.unsupportedMedia` for one that is not read here, `ServiceError.malformed` where it is not what is said.
  func body(of request: Request, atMost most: Int? = nil) async throws -> SpooledBody {
    let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
    guard ["identity", "gzip", "x-gzip"].contains(encoding) else { throw ServiceError.unsupportedMedia }
    // Whoever waits to be told to go on need not send what is refused then.
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most ?? feedBounds.body {
      throw ServiceError.tooLarge
    }
    let body = try await SpooledBody(request.body, bounds: feedBounds)
    if encoding != "identity", !body.isGzip { throw ServiceError.malformed }
    return body
  }

  /// Works on a body; on few large ones at once, as each may be in memory whole, and several times so.
  func inTurn<Value: Sendable>(
    _ body: SpooledBody, _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    body.size <= feedBounds.inMemory && !body.isGzip ? try await work() : try await largeFeedGate.through(work)
  }

  /// One message in an envelope, whole in memory.
  ///
  /// - Throws: `ServiceError.tooLarge`, `ServiceError.malformed`, `ServiceError.busy`; what the work throws.
  func withEnvelope<Value: Sendable>(
    of request: Request, _ work: @Sendable ([UInt8]) async throws -> Value
  ) async throws -> Value {
    try await feedGate.through {
      // An envelope is not much more than what it carries.
      let most = self.feedBounds.message + self.feedBounds.message / 4
      let body = try await self.body(of: request, atMost: most)
      if body.size > most { throw ServiceError.tooLarge }
      return try await self.inTurn(body) {
        guard let bytes = body.feed.whole(atMost: most) else {
          throw body.isGzip ? ServiceError.tooLarge : ServiceError.malformed
        }
        return try await work(bytes)
      }
    }
  }

  /// Whose feed a request is: of the institution that it names, else of those that the caller is registered for. A message that names
  /// another is refused, whatever the request says.
  ///
  /// - Throws: `ServiceError.notYourInstitution`, `ServiceError.notAllowed`.
  func owner(of context: ServerContext, _ request: Request) throws(ServiceError) -> FeedOwner {
    guard let caller = context.caller, !caller.institutions.isEmpty else { throw .notAllowed }
    guard let named = request.headers[.hurenInstitution] else { return FeedOwner(among: caller.institutions) }
    guard caller.institutions.contains(named) else { throw .notYourInstitution }
    return FeedOwner(named)
  }

  /// Counts a message by institution and outcome.
  func count(_ submission: Submission, of owner: FeedOwner) {
    let outcome =
      switch submission.acknowledgement.outcome {
      case .accepted: submission.isKnown ? "known" : "accepted"
      case .rejected: "quarantined"
      case .error: "refused"
      }
    count(outcome, submission.institution ?? owner.description)
  }

  private func count(_ summary: ImportSummary, of owner: FeedOwner) {
    count("accepted", owner.description, by: summary.accepted)
    count("known", owner.description, by: summary.duplicate)
    count("quarantined", owner.description, by: summary.quarantined)
  }

  private func count(_ outcome: String, _ institution: String, by amount: Int = 1) {
    if amount > 0 { metrics.count(.messages, [("institution", institution), ("outcome", outcome)], by: amount) }
  }

  /// Where a message came from, for the quarantine.
  static func label(of context: ServerContext, _ path: String) -> String {
    path + (context.caller.map { " of " + $0.name } ?? "")
  }
}
