import Clinical
import HTTPTypes
import Hummingbird
import Logging
import Messages
import NIOCore
import Registry

extension RegistryService {
  /// How far a request's own time may lie from the clock, either way.
  private static let allowance: Int64 = 5 * 60_000

  /// One message in a signed and encrypted envelope. The signature says whose it is: before it is found good nothing is decrypted, no
  /// request id is used, and whether a hospital is known at all is not told.
  func answerPlatform(_ request: Request, _ context: ServerContext) async throws -> Response {
    guard let platform = configuration.platform else { throw ServiceError.noRoute }
    return try await withEnvelope(of: request) { bytes in
      let envelope = try PlatformEnvelope(bytes)
      guard let hospital = platform.hospitals.first(where: { $0.code == envelope.hospital }),
        let keys = self.keys(of: hospital), envelope.isSigned(platform.signature, key: keys.signing)
      else { throw ServiceError.notAuthenticated }
      let answer: (members: [String: String], body: String?, status: Int)
      do {
        try await self.expectFresh(envelope, of: hospital)
        guard let message = envelope.body(platform.cipher, key: keys.cipher) else { throw ServiceError.malformed }
        let owner = FeedOwner(hospital.institution)
        let submission = try await self.registry.submit(message, of: owner, label: "/platform of " + hospital.code)
        self.count(submission, of: owner)
        answer = Self.answer(submission)
      } catch {
        guard let row = ErrorTable.row(ofAny: error) else { throw error }
        answer = (["code": row.code, "message": row.text.description], nil, row.http)
      }
      var reply = PlatformEnvelope(
        requestID: envelope.requestID, hospital: envelope.hospital, timestamp: self.registry.now, answer.members)
      if let body = answer.body, !reply.encrypt(Array(body.utf8), platform.cipher, key: keys.cipher) {
        throw ServiceError.internal
      }
      reply.sign(platform.signature, key: keys.signing)
      var headers: HTTPFields = [.contentType: "application/json"]
      if answer.status == 503 { headers[.retryAfter] = "5" }
      return Response(
        status: .init(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: reply.json)))
    }
  }

  private func keys(of hospital: ServerConfiguration.Platform.Hospital) -> (signing: String, cipher: String)? {
    guard let signing = hospital.signingKey.read(), let cipher = hospital.cipherKey.read() else {
      logger.error("platform: a key is missing", metadata: ["hospital": "\(hospital.code)"])
      return nil
    }
    return (signing, cipher)
  }

  /// - Throws: `ServiceError.timestampOff`, `ServiceError.replayed`.
  private func expectFresh(
    _ envelope: PlatformEnvelope, of hospital: ServerConfiguration.Platform.Hospital
  ) async throws {
    let now = registry.now
    guard let sent = envelope.time(in: try registry.zone()),
      abs(sent.milliseconds.subtractingReportingOverflow(now.milliseconds).partialValue) <= Self.allowance
    else { throw ServiceError.timestampOff }
    let end = Instant(milliseconds: sent.milliseconds + Self.allowance + 1)
    guard try await registry.useOnce("platform", hospital.code, envelope.requestID, expires: end) else {
      throw ServiceError.replayed
    }
  }

  /// `code` is 0 where the message was taken, else why not; the acknowledgement goes in `data`.
  private static func answer(_ submission: Submission) -> (members: [String: String], body: String?, status: Int) {
    let acknowledgement = submission.acknowledgement
    if let trouble = acknowledgement.trouble {
      return (["code": trouble.code, "message": trouble.message], submission.written, 503)
    }
    guard let refusal = submission.refusal else { return (["code": "0"], submission.written, 200) }
    return (["code": refusal.code.rawValue, "message": refusal.message], submission.written, 200)
  }
}
