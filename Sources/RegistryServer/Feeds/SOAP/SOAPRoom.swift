import Clinical
import HTTPTypes
import Hummingbird
import Messages
import NIOCore
import Registry

extension RegistryService {
  /// `GET /soap?wsdl`, open, as it carries nothing; `&namespace=` names another of those in use.
  ///
  /// - Throws: `ServiceError.noRoute` without `wsdl`, or for a namespace of nobody's.
  func describeSOAP(_ request: Request, _ context: ServerContext) throws -> Response {
    let query = request.uri.queryParameters
    guard query.contains(where: { $0.key.lowercased() == "wsdl" }) else { throw ServiceError.noRoute }
    let namespace = query["namespace"].map { String($0) } ?? SOAPDescription.namespaces[0]
    guard SOAPDescription.namespaces.contains(namespace) else { throw ServiceError.noRoute }
    return Self.xml(
      SOAPDescription.wsdl(namespace: namespace, address: configuration.base(context) + "/soap"), status: 200,
      type: SOAPVersion.one.mediaType)
  }

  /// One call. Its answer is that of the hospital interaction standard, `MCCI_IN000002UV01`, whatever is sent; refused is no fault, as the
  /// call itself went well. Callers show who they are by a token or a certificate, before anything is read.
  func answerSOAP(_ request: Request, _ context: ServerContext) async throws -> Response {
    let owner = try owner(of: context, request)
    let label = Self.label(of: context, "/soap")
    let charset = Self.charset(of: request)
    return try await withEnvelope(of: request) { bytes in
      do {
        let envelope = try SOAPEnvelope(bytes, charset: charset)
        let submission = try await self.registry.submit(envelope.unwrapped ?? bytes, of: owner, label: label)
        self.count(submission, of: owner)
        let answer = submission.acknowledgement.written(for: .chineseCDAInRCMR)
        return Self.xml(envelope.answer(answer), status: 200, type: envelope.version.mediaType)
      } catch let fault as SOAPFault {
        return Self.xml(fault.xml, status: fault.status, type: fault.version.mediaType)
      }
    }
  }

  private static func charset(of request: Request) -> String? {
    let type = request.headers[.contentType]?.lowercased() ?? ""
    guard let place = type.firstRange(of: "charset=") else { return nil }
    return String(type[place.upperBound...].prefix { $0 != ";" }.filter { $0 != "\"" && $0 != " " })
  }

  private static func xml(_ text: String, status: Int, type: String) -> Response {
    Response(
      status: .init(code: status), headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
