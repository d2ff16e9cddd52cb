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
        let notation: OperationOutcomeWriter.Notation = isXML ? .xml : .json
        if let batch = asked.batch {
          let told = try await self.take(batch, isXML: asked.isXML, of: owner, label: label)
          return FHIRBatchAnswer(entries: told, at: try self.registry.zone().rfc3339(self.registry.now), notation)
            .response
        }
        let submission = try await self.registry.submit(bytes, of: owner, label: label)
        self.count(submission, of: owner)
        return FHIRAnswer(asked: asked, submission: submission, notation: notation).response
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
/// A Bundle is one message: taken whole, or refused whole, but for a batch (`FHIRBatchAnswer`). A transaction that fails is answered by one
/// OperationOutcome; so are a collection, a document and a bare resource, for which FHIR knows no response of their own.
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
    case "transaction" where isGood: Self.response(transaction, status: 200, notation: notation)
    case "message" where asked.header != nil: Self.response(message, status: status, notation: notation)
    default:
      Self.response(
        .outcome(submission.acknowledgement), status: isGood && !submission.isKnown ? 201 : status, notation: notation)
    }
  }

  private var transaction: FHIRDocument {
    let outcome = FHIRDocument.outcome(submission.acknowledgement)
    let time = submission.acknowledgement.acknowledgedAt
    let entries = (0..<asked.entries).map { number -> FHIRDocument in
      var response: [(String, FHIRDocument)] = [
        ("status", .text(submission.isKnown ? "200 OK" : "201 Created")), ("lastModified", .text(time)),
      ]
      // What was noted is said once.
      if number == 0 { response.append(("outcome", outcome)) }
      return .element([("response", .element(response))])
    }
    return Self.bundle("transaction-response", entries, at: time)
  }

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
    return Self.bundle(
      "message",
      [
        .element([("fullUrl", .text(headerID)), ("resource", .resource("MessageHeader", members))]),
        .element([("fullUrl", .text(outcomeID)), ("resource", .outcome(submission.acknowledgement))]),
      ], at: submission.acknowledgement.acknowledgedAt)
  }

  static func bundle(_ type: String, _ entries: [FHIRDocument], at time: String) -> FHIRDocument {
    var members: [(String, FHIRDocument)] = [
      ("id", .text(UUID().uuidString.lowercased())), ("type", .text(type)),
      ("timestamp", .text(time)),
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
