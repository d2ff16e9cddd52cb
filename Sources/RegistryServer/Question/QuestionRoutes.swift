import Catalogue
import Clinical
import Foundation
import Hummingbird
import Recognition
import Registry
import Savings

extension RegistryService {
  /// `/v1`: orders, queries, feedback, in the same JSON as the command line's.
  func addQuestion(_ router: Router<ServerContext>) {
    on(.decisions, router) { request, context in try await self.decisions(request, context) }
    on(.query, router) { request, context in try await self.query(request, context) }
    on(.feedback, router) { request, context in try await self.feedback(request, context) }
  }

  /// Of one order.
  static let orderLimit = 1 << 20
  /// Orders that are decided of one state and kept in one commit.
  static let ordersTogether = 64

  /// One order, or NDJSON of them.
  private func decisions(_ request: Request, _ context: ServerContext) async throws -> Response {
    let asking = try asking(request, context)
    if request.isNDJSON { return decisionLines(request, context, asking) }
    let body = try await request.body.collect(upTo: Self.orderLimit)
    let line = Array(body.readableBytesView)
    // A line feed within an order is white space; after one it begins another.
    if line.split(separator: 10).count(where: { !$0.isBlank }) > 1,
      (try? JSONSerialization.jsonObject(with: Data(line))) == nil
    {
      return decisionLines(request.with(body), context, asking)
    }
    switch try await decide([line], asking, context)[0] {
    case .success(let decision): return .json(decision.json)
    case .failure(let problem): return .json(problem.json, status: ErrorTable.row(of: problem).http)
    }
  }

  /// Answers line by line, in their order, some together; one that cannot be decided has its error in its place.
  private func decisionLines(_ request: Request, _ context: ServerContext, _ asking: Asking) -> Response {
    Response(
      status: .ok, headers: [.contentType: "application/x-ndjson"],
      body: ResponseBody { writer in
        var lines = BodyLines(request.body, limit: Self.orderLimit)
        while let together = try await self.next(of: &lines, writer) {
          // Who was let in at the head may have been shut out since.
          let answers = try await self.answers(to: together, asking, context)
          try await writer.write(ByteBuffer(string: answers.map { $0 + "\n" }.joined()))
        }
        try await writer.finish(nil)
      })
  }

  /// - Throws: what reading throws, when it was said: what comes behind is not read, and the connection ends.
  private func next(
    of lines: inout BodyLines, _ writer: any ResponseBodyWriter
  ) async throws -> [[UInt8]]? {
    do {
      return try await lines.next(atMost: Self.ordersTogether)
    } catch let error as ServiceError {
      var writer = writer
      try await writer.write(ByteBuffer(string: ErrorAnswer(ErrorTable.row(of: error)).json + "\n"))
      throw error
    }
  }

  private func decide(
    _ lines: [[UInt8]], _ asking: Asking, _ context: ServerContext
  ) async throws -> [Result<Decision, OrderProblem>] {
    try await ask(asking, context) { reference in
      lines.map { (line: $0, zone: reference.zone) }
    } order: { put throws(OrderProblem) in
      try Order(line: put.line, zone: put.zone, askedBy: asking.institution)
    }
    .decided.map(\.result)
  }

  private func answers(to lines: [[UInt8]], _ asking: Asking, _ context: ServerContext) async throws -> [String] {
    do {
      try expectEnabled(context.caller)
      return try await decide(lines, asking, context)
        .map { result in
          switch result {
          case .success(let decision): decision.json
          case .failure(let problem): problem.json
          }
        }
    } catch {
      // The head of the answer is out: each line says that there is none.
      let answer = ErrorAnswer(ofAny: error) ?? ErrorAnswer(ErrorTable.row(of: ServiceError.internal))
      return lines.map { _ in answer.json }
    }
  }

  private func query(_ request: Request, _ context: ServerContext) async throws -> Response {
    let asking = try asking(request, context)
    let body = try await request.body.collect(upTo: Self.orderLimit)
    do {
      let answer = try await query(asking, context) { reference in
        try Query(json: Array(body.readableBytesView), zone: reference.zone)
      }
      return .json(answer.decision.json)
    } catch let problem as OrderProblem {
      return ErrorAnswer(ErrorTable.row(of: problem), field: problem.field).response
    }
  }
}

extension RegistryService {
  /// Of feedback that comes together.
  private static let feedbackLimit = 4 << 20
  /// Lines of one request, and of one commit: while it is written no question is.
  private static let (mostLines, linesTogether) = (20_000, 500)

  /// Lines of feedback, in their order.
  private func feedback(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard let caller = context.caller else { throw ServiceError.notAuthenticated }
    let institution = try institution(of: caller, request)
    let body = try await request.body.collect(upTo: Self.feedbackLimit)
    let lines = body.readableBytesView.split(separator: 10).filter { !$0.isBlank }
    if lines.count > Self.mostLines { throw ServiceError.tooLarge }
    var taken: [Result<FeedbackOutcome, FeedbackProblem>] = []
    for start in stride(from: 0, to: lines.count, by: Self.linesTogether) {
      let together = lines[start..<min(start + Self.linesTogether, lines.count)].map(Array.init)
      taken += try await registry.submit(feedback: together, of: institution)
    }
    var answer = FeedbackAnswer()
    for (index, outcome) in taken.enumerated() {
      switch outcome {
      case .success(.taken): answer.taken += 1
      case .success(.known): answer.known += 1
      case .success(.quarantined): answer.waiting += 1
      case .failure(let problem):
        let row = ErrorTable.row(of: problem)
        answer.refused.append(
          .init(line: index + 1, code: row.code, field: problem.field, message: problem.message))
      }
    }
    return try .json(encoding: answer)
  }
}

/// What became of feedback.
private struct FeedbackAnswer: Encodable {
  struct Refused: Encodable {
    /// Counted from 1, empty ones left out.
    var line: Int
    var code: String
    var field: String?
    var message: String
  }

  var taken = 0
  var known = 0
  /// Kept until their decision appears.
  var waiting = 0
  var refused: [Refused] = []
}

extension Request {
  var isNDJSON: Bool {
    let type = headers[.contentType]?.lowercased() ?? ""
    return type.hasPrefix("application/x-ndjson") || type.hasPrefix("application/ndjson")
      || type.hasPrefix("application/jsonl")
  }

  /// The same with a body that was read already.
  func with(_ body: ByteBuffer) -> Request { Request(head: head, body: .init(buffer: body)) }
}

extension Response {
  static func json(_ text: String, status: Int = 200) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
  }

  static func json(encoding value: some Encodable, status: Int = 200) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return .json(String(decoding: try encoder.encode(value), as: UTF8.self), status: status)
  }
}
