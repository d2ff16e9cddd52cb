import Clinical
import Foundation
import HTTPTypes
import Hummingbird
import Messages
import NIOCore
import Registry

extension Dialect {
  /// In which an acknowledgement of this dialect is written. Those of v2 are those of HL7 over HTTP.
  var mediaType: String {
    switch self {
    case .hl7v2ER7: "application/hl7-v2; charset=utf-8"
    case .hl7v2XML: "application/hl7-v2+xml; charset=utf-8"
    case .fhirJSON: "application/fhir+json; charset=utf-8"
    case .fhirXML: "application/fhir+xml; charset=utf-8"
    case .chineseCDA, .chineseCDAInRCMR, .cda, .hl7v3Organizer, .mapped: "application/xml; charset=utf-8"
    }
  }
}

/// The answer to one message, in its dialect.
///
/// HL7 over HTTP, and what is sent by SOAP, take an acknowledgement that says no (AR) for a successful exchange: its status is 200, as
/// senders resend after any other, and never see what the body says (HAPI's sender takes 400 and 500 for trouble of the line). FHIR's
/// senders go by the status, so what is refused has that of the table of errors. Where sending again helps (AE) it is 503 in every dialect.
struct AcknowledgementAnswer: ResponseGenerator {
  let submission: Submission

  func response(from request: Request, context: some RequestContext) throws -> Response {
    guard let dialect = submission.dialect else {
      return nameless.response(from: request, context: context)
    }
    var headers: HTTPFields = [.contentType: dialect.mediaType]
    if submission.acknowledgement.trouble != nil { headers[.retryAfter] = "5" }
    return Response(
      status: .init(code: Self.status(of: submission)), headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: submission.acknowledgement.written(for: dialect))))
  }

  static func status(of submission: Submission) -> Int {
    if submission.acknowledgement.trouble != nil { return 503 }
    let isFHIR = submission.dialect == .fhirJSON || submission.dialect == .fhirXML
    guard isFHIR || submission.dialect == nil, let refusal = submission.refusal else { return 200 }
    return ErrorTable.row(of: Refusal(refusal)).http
  }

  /// What no dialect has an acknowledgement for.
  private var nameless: ErrorAnswer {
    if submission.acknowledgement.trouble != nil { return ErrorAnswer(ErrorTable.row(of: ServiceError.busy)) }
    guard let refusal = submission.refusal else { return ErrorAnswer(ErrorTable.row(of: ServiceError.malformed)) }
    return ErrorAnswer(ErrorTable.row(of: Refusal(refusal)))
  }
}

/// The answer to a batch: the summary of an import, and what was not taken.
struct BatchAnswer: ResponseGenerator, Encodable {
  let outcome: Registry.ImportOutcome

  /// Where and why; what an entry of an archive is called is left out, as it may be called after a patient.
  private struct NotTaken: Encodable {
    var code: String
    var line: Int
    var column: Int
    var path: String?
    var message: String
  }

  private enum Key: String, CodingKey { case notTaken }

  func encode(to encoder: any Encoder) throws {
    try outcome.summary.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(
      outcome.problems.map {
        NotTaken(
          code: $0.code, line: $0.line, column: $0.column, path: $0.path.isEmpty ? nil : $0.path, message: $0.reason)
      }, forKey: .notTaken)
  }

  func response(from request: Request, context: some RequestContext) throws -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(self))))
  }
}
