import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Messages
import Recognition
import Registry
import Savings

extension RegistryService {
  /// CDS Hooks 2.0: discovery, the services, feedback.
  func addCDSHooks(_ router: Router<ServerContext>) {
    on(.cdsDiscovery, router) { _, _ in JSONAnswer(CDSDiscovery.json) }
    for preflight in [Route.cdsDiscoveryOptions, .cdsServiceOptions, .cdsFeedbackOptions] {
      on(preflight, router) { _, _ in Response(status: .noContent) }
    }
    on(.cdsService, router) { request, context in
      try await self.answeringProblems(request, context) { try await self.callService(request, context) }
    }
    on(.cdsFeedback, router) { request, context in
      try await self.answeringProblems(request, context) { try await self.takeFeedback(request, context) }
    }
  }

  /// Bytes of one call. Nobody orders more at once.
  private static let bodyLimit = 4 << 20

  private func answeringProblems(
    _ request: Request, _ context: ServerContext, _ answer: () async throws -> JSONAnswer
  ) async throws -> Response {
    do {
      return try await answer().response(from: request, context: context)
    } catch let problem as CDSProblem {
      return ErrorAnswer(ErrorTable.row(of: ServiceError.malformed), field: problem.field)
        .response(from: request, context: context)
    }
  }

  private func hook(_ context: ServerContext) throws -> CDSHook {
    guard let hook = context.parameters.get("id").flatMap(CDSHook.init(service:)) else { throw ServiceError.noRoute }
    return hook
  }

  private func body(of request: Request) async throws -> [UInt8] {
    Array(buffer: try await request.body.collect(upTo: RegistryService.bodyLimit))
  }

  private func callService(_ request: Request, _ context: ServerContext) async throws -> JSONAnswer {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    let hook = try hook(context)
    let institution = try institution(of: caller, request)
    let call = try CDSRequest(try await body(of: request), for: hook)
    let reference = try registry.reference().data
    let writer = CardWriter(reference: reference, base: configuration.base(port: configuration.listen.port))
    if hook == .patientView {
      guard let decision = try remind(call, institution) else { return JSONAnswer(CardWriter.none) }
      return JSONAnswer(CardWriter.answer(writer.reminder(decision)))
    }
    let asked = call.orders(reference, institution: institution, now: registry.now)
    if asked.isEmpty { return JSONAnswer(CardWriter.none) }
    let decisions = try await ask(asked.map(\.order))
    let decided = zip(asked, decisions).compactMap { asked, result in
      (try? result.get()).map { (asked: asked, decision: $0) }
    }
    return JSONAnswer(CardWriter.answer(writer.cards(decided, session: call.session)))
  }

  /// Puts orders to the registry, all of one state of it, and keeps them as prompts in one commit. An order that cannot be decided has no
  /// decision: of an unknown patient there is nothing to say.
  func ask(_ orders: [Order]) async throws -> [Result<Decision, OrderProblem>] {
    try await registry.submit(asked: orders)
  }

  /// What can be recognised at a visit; nil where the patient is not known.
  func remind(_ call: CDSRequest, _ institution: String) throws -> Decision? {
    let reference = try registry.reference().data
    do {
      return try registry.query(
        call.patient(reference, institution: institution), institution: institution, items: [],
        setting: call.setting, orderedAt: nil, knownAt: nil)
    } catch is OrderProblem {
      return nil
    }
  }

  // MARK: Feedback

  private func takeFeedback(_ request: Request, _ context: ServerContext) async throws -> JSONAnswer {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    _ = try hook(context)
    let institution = try institution(of: caller, request)
    let entries = try CDSFeedback.entries(try await body(of: request))
    var (taken, known, withoutReason) = (0, 0, 0)
    var refused: [JSONValue] = []
    for (place, entry) in entries.enumerated() {
      do {
        switch try await take(try entry.get(), of: institution, by: caller.name) {
        case .taken?: taken += 1
        case .known?: known += 1
        case .quarantined?: refused.append(FeedbackRefusal(place, "unknown-card").json)
        case nil: withoutReason += 1
        }
      } catch let problem as CDSProblem {
        // What says nothing at all is no feedback.
        if entries.allSatisfy({ (try? $0.get()) == nil }) { throw problem }
        refused.append(FeedbackRefusal(place, "malformed", field: problem.field).json)
      } catch let problem as FeedbackProblem {
        refused.append(FeedbackRefusal(place, problem.code.rawValue).json)
      }
    }
    return JSONAnswer(
      JSONValue(filled: [
        "taken": .number(String(taken)), "known": .number(String(known)),
        "withoutReason": .number(String(withoutReason)), "refused": .array(refused),
      ]).json)
  }

  /// - Returns: nil where it says nothing.
  private func take(_ feedback: CDSFeedback, of institution: String, by name: String) async throws -> FeedbackOutcome? {
    guard let id = CardID(feedback.card),
      let decision = try registry.decision(idPrefix: id.decision, of: institution),
      decision.items.indices.contains(id.item)
    else { return .quarantined }
    let line = feedback.line(
      decision: decision.decisionId, item: decision.items[id.item].item, institution: institution, by: name,
      in: try registry.reference().data)
    guard let line else { return nil }
    return try await registry.submit(feedback: line)
  }
}

/// An entry of feedback that was not taken: its place, and why.
private struct FeedbackRefusal {
  let json: JSONValue

  init(_ place: Int, _ code: String, field: String? = nil) {
    json = JSONValue(filled: [
      "place": .number(String(place)), "code": .string(code), "field": field.map { .string($0) },
    ])
  }
}

/// An answer in JSON, which is nobody else's to keep.
struct JSONAnswer: ResponseGenerator {
  let json: String

  init(_ json: String) { self.json = json }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: json)))
  }
}
