import Catalogue
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
      return ErrorAnswer(ErrorTable.row(of: ServiceError.malformed), field: problem.field).response
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
    let asking = Asking(by: try askedBy(context, request), institution: try institution(of: caller, request))
    let call = try CDSRequest(try await body(of: request), for: hook)
    do {
      let cards =
        hook == .patientView
        ? try await remind(call, asking, context) : try await recognisable(call, asking, context)
      return JSONAnswer(CardWriter.answer(cards))
    } catch ServiceError.busy {
      // A clinician is never blocked; that there was no answer is an event of the chain.
      return JSONAnswer(CardWriter.none)
    }
  }

  private func writer(_ reference: ReferenceData) -> CardWriter {
    CardWriter(reference: reference, base: configuration.base(port: configuration.listen.port))
  }

  /// Puts the orders of a call to the registry, all of one state of it, and keeps them as prompts in one commit. An order that cannot be
  /// decided has no card: of an unknown patient there is nothing to say.
  private func recognisable(
    _ call: CDSRequest, _ asking: Asking, _ context: ServerContext
  ) async throws -> [JSONValue] {
    let now = registry.now
    let (reference, decided) = try await ask(asking, context) { reference in
      call.orders(reference, institution: asking.institution, now: now)
    } order: { asked throws(OrderProblem) in
      asked.order
    }
    let told = decided.compactMap { put, result in (try? result.get()).map { (asked: put, decision: $0) } }
    return writer(reference).cards(told, session: call.session)
  }

  /// What can be recognised at a visit; nothing where the patient is not known.
  private func remind(_ call: CDSRequest, _ asking: Asking, _ context: ServerContext) async throws -> [JSONValue] {
    do {
      let (reference, decision) = try await query(asking, context) { reference in
        var question = Query(patient: call.patient(reference, institution: asking.institution))
        question.setting = call.setting
        return question
      }
      return writer(reference).reminder(decision)
    } catch is OrderProblem {
      return []
    }
  }
}

extension RegistryService {
  fileprivate func takeFeedback(_ request: Request, _ context: ServerContext) async throws -> JSONAnswer {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    _ = try hook(context)
    let institution = try institution(of: caller, request)
    let entries = try CDSFeedback.entries(try await body(of: request))
    // What says nothing at all is no feedback.
    if case .failure(let problem) = entries[0], entries.allSatisfy({ (try? $0.get()) == nil }) { throw problem }
    let reference = try registry.reference().data
    var (taken, known, withoutReason) = (0, 0, 0)
    var refused: [Int: JSONValue] = [:]
    var lines: [(place: Int, line: [UInt8])] = []
    for (place, entry) in entries.enumerated() {
      guard let feedback = try? entry.get() else {
        if case .failure(let problem) = entry { refused[place] = refusal(place, "malformed", field: problem.field) }
        continue
      }
      guard let (decision, item) = try decided(feedback, by: institution) else {
        refused[place] = refusal(place, "unknown-card")
        continue
      }
      let line = feedback.line(
        decision: decision, item: item, institution: institution, by: caller.name, in: reference)
      if let line { lines.append((place, line)) } else { withoutReason += 1 }
    }
    if !lines.isEmpty {
      let outcomes = try await registry.submit(feedback: lines.map(\.line), of: institution)
      for ((place, _), outcome) in zip(lines, outcomes) {
        switch outcome {
        case .success(.taken): taken += 1
        case .success(.known): known += 1
        case .success(.quarantined): refused[place] = refusal(place, "unknown-card")
        case .failure(let problem): refused[place] = refusal(place, problem.code.rawValue)
        }
      }
    }
    return JSONAnswer(
      JSONValue(filled: [
        "taken": .number(String(taken)), "known": .number(String(known)),
        "withoutReason": .number(String(withoutReason)),
        "refused": .array(refused.sorted { $0.key < $1.key }.map(\.value)),
      ]).json)
  }

  /// The decision and the item that a card was about; nil for none of the institution's.
  private func decided(_ feedback: CDSFeedback, by institution: String) throws -> (decision: String, item: String)? {
    guard let id = CardID(feedback.card), let decision = try registry.decision(idPrefix: id.decision, of: institution),
      decision.items.indices.contains(id.item)
    else { return nil }
    return (decision.decisionId, decision.items[id.item].item)
  }

  /// An entry that was not taken: its place, and why.
  private func refusal(_ place: Int, _ code: String, field: String? = nil) -> JSONValue {
    JSONValue(filled: [
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
