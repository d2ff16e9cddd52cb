import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Messages
import NIOCore
import Registry

extension RegistryService {
  /// A Bundle, or a bare resource, in either notation.
  func answerFHIR(_ request: Request, _ context: ServerContext) async throws -> Response {
    let owner = try owner(of: context, request)
    let label = Self.label(of: context, "/fhir")
    let accepted = request.headers[.accept]?.lowercased() ?? ""
    do {
      return try await withEnvelope(of: request) { bytes in
        guard let asked = FHIRRequest(bytes) else { throw ServiceError.unsupportedMedia }
        let isXML = accepted.contains("json") ? false : accepted.contains("xml") ? true : asked.isXML
        let submission = try await self.registry.submit(bytes, of: owner, label: label)
        self.count(submission, of: owner)
        return FHIRAnswer(asked: asked, submission: submission, notation: isXML ? .xml : .json).response
      }
    } catch {
      // A sender of FHIR reads OperationOutcomes alone.
      guard let row = ErrorTable.row(ofAny: error) else { throw error }
      let zone = (try? registry.zone()) ?? .shanghai
      let acknowledgement = Acknowledgement(
        row, answering: MessageEnvelope(dialect: nil, messageID: nil), at: zone.rfc3339(registry.now))
      return FHIRAnswer.response(
        .outcome(acknowledgement), status: row.http, notation: accepted.contains("xml") ? .xml : .json)
    }
  }
}

/// The answer to a resource (FHIR R4, 3.1.0.11 transaction and batch, 2.4 Messaging).
///
/// A Bundle is one message: taken whole, or refused whole, whatever its type. A transaction that fails is answered by one
/// OperationOutcome; so are a collection, a document and a bare resource, for which FHIR knows no response of their own. The entries of a
/// batch share their outcome, as reports and the results they name are entries of one.
struct FHIRAnswer {
  let asked: FHIRRequest
  let submission: Submission
  let notation: OperationOutcomeWriter.Notation

  private var isGood: Bool { submission.acknowledgement.outcome == .accepted }

  private var status: Int {
    var submission = submission
    submission.dialect = submission.dialect ?? .fhirJSON
    return AcknowledgementAnswer.status(of: submission)
  }

  var response: Response {
    switch asked.bundleType {
    case "transaction" where isGood: Self.response(entries("transaction-response"), status: 200, notation: notation)
    // Each entry has its own status, unless the service cannot work at all.
    case "batch" where submission.acknowledgement.trouble == nil:
      Self.response(entries("batch-response"), status: 200, notation: notation)
    case "message" where asked.header != nil: Self.response(message, status: status, notation: notation)
    default:
      Self.response(
        .outcome(submission.acknowledgement), status: isGood && !submission.isKnown ? 201 : status, notation: notation)
    }
  }

  private func entries(_ type: String) -> FHIRDocument {
    let status =
      switch (isGood, submission.isKnown) {
      case (true, true): "200 OK"
      case (true, false): "201 Created"
      case (false, _): "\(self.status) \(Self.phrases[self.status] ?? "Error")"
      }
    let outcome = FHIRDocument.outcome(submission.acknowledgement)
    let entries = (0..<asked.entries).map { number -> FHIRDocument in
      var response: [(String, FHIRDocument)] = [("status", .text(status))]
      if isGood { response.append(("lastModified", .text(submission.acknowledgement.acknowledgedAt))) }
      // What was noted is said once, what is wrong to each of as many entries as anybody reads.
      if number < (isGood ? 1 : Self.mostOutcomes) { response.append(("outcome", outcome)) }
      return .element([("response", .element(response))])
    }
    return bundle(type, entries)
  }

  /// An outcome is a hundred times what it takes to send an empty entry.
  private static let mostOutcomes = 1000

  private static let phrases = [
    400: "Bad Request", 403: "Forbidden", 409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type",
    422: "Unprocessable Content",
  ]

  private var message: FHIRDocument {
    let header = asked.header ?? FHIRRequest.Header()
    let code = isGood ? "ok" : submission.acknowledgement.trouble == nil ? "fatal-error" : "transient-error"
    let (headerID, outcomeID) = (
      "urn:uuid:" + UUID().uuidString.lowercased(), "urn:uuid:" + UUID().uuidString.lowercased()
    )
    var members: [(String, FHIRDocument)] = [("id", .text(String(headerID.dropFirst(9))))]
    if let uri = header.eventURI {
      members.append(("eventUri", .text(uri)))
    } else {
      let coding = [header.eventSystem.map { ("system", $0) }, ("code", header.eventCode ?? "unknown")].compactMap {
        $0
      }
      members.append(("eventCoding", .element(coding.map { ($0, .text($1)) })))
    }
    if let source = header.source {
      members.append(("destination", .list([.element([("endpoint", .text(source))])])))
    }
    members.append(("source", .element([("name", .text("HUREN")), ("endpoint", .text("urn:huren"))])))
    members.append(
      (
        "response",
        .element([
          ("identifier", .text(header.id ?? "unknown")), ("code", .text(code)),
          ("details", .element([("reference", .text(outcomeID))])),
        ])
      ))
    return bundle(
      "message",
      [
        .element([("fullUrl", .text(headerID)), ("resource", .resource("MessageHeader", members))]),
        .element([("fullUrl", .text(outcomeID)), ("resource", .outcome(submission.acknowledgement))]),
      ])
  }

  private func bundle(_ type: String, _ entries: [FHIRDocument]) -> FHIRDocument {
    var members: [(String, FHIRDocument)] = [
      ("id", .text(UUID().uuidString.lowercased())), ("type", .text(type)),
      ("timestamp", .text(submission.acknowledgement.acknowledgedAt)),
    ]
    if !entries.isEmpty { members.append(("entry", .list(entries))) }
    return .resource("Bundle", members)
  }

  static func response(_ document: FHIRDocument, status: Int, notation: OperationOutcomeWriter.Notation) -> Response {
    var headers: HTTPFields = [.contentType: (notation == .xml ? Dialect.fhirXML : .fhirJSON).mediaType]
    if status == 503 { headers[.retryAfter] = "5" }
    return Response(
      status: .init(code: status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: document.written(as: notation))))
  }
}
