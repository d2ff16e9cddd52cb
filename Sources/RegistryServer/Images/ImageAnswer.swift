import AsyncHTTPClient
import Catalogue
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Registry

extension RegistryService {
  /// What the archive gives, as it gives it.
  ///
  /// - Parameter root: of the registry's own addresses, in place of the archive's.
  /// - Throws: `ServiceError`: that it does not have it, does not answer, or answers what nobody asked for.
  func images(
    _ asked: ImageRequest, _ study: ImageUID, _ images: RecordedImages, root: String, _ context: ServerContext
  ) async throws -> Response {
    guard let archive = images.archive else { throw ServiceError.imagesMissing }
    let media = try ImageMedia(asked.part.content, accepted: asked.accept)
    do {
      let (head, body) = try await self.images.archives(configuration.images).get(
        asked.address(at: archive.address, of: study), at: archive.address, accept: media.accept,
        authorization: configuration.images.authorization(at: images.institution), most: asked.part.longest)
      let answer = try await answer(
        asked, study, head, body, root: root + "/dicom-web", archive: archive.address)
      metrics.count(.images, [("institution", images.institution), ("outcome", "given")])
      return answer
    } catch let error as ServiceError {
      let code = ErrorTable.row(of: error).code
      metrics.count(.images, [("institution", images.institution), ("outcome", code)])
      context.logger.warning(
        "an archive did not give images",
        metadata: ["institution": .string(images.institution), "error": .string(code)])
      throw error
    }
  }

  private func answer(
    _ asked: ImageRequest, _ study: ImageUID, _ head: HTTPClientResponse, _ body: ArchiveStream, root: String,
    archive: String
  ) async throws -> Response {
    switch head.status.code {
    case 200: break
    case 204 where asked.part.isSearch: return Response(status: .noContent)
    case 404, 410: throw ServiceError.imagesMissing
    case 400, 405, 406, 415, 501: throw ServiceError.imagesNotAcceptable
    default: throw ServiceError.archiveRefused
    }
    let type = head.headers.first(name: "Content-Type")
    guard ImageMedia.isTaken(type, as: asked.part.content),
      head.headers["Content-Encoding"].allSatisfy({ $0 == "identity" })
    else { throw ServiceError.archiveRefused }
    var headers: HTTPFields = [.contentType: type ?? ""]
    // Whatever it is, nothing of it runs.
    headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
    if asked.part == .studies {
      let found = try await body.whole()
      guard found.isOfStudy(study.text) else { throw ServiceError.archiveRefused }
      var rewriting = AddressRewriting(root: root, archive: archive)
      var written = rewriting.rewrite(found)
      written.writeImmutableBuffer(rewriting.finish())
      return Response(status: .ok, headers: headers, body: .init(byteBuffer: written))
    }
    // Of what does not come nobody says that it does.
    let first = try await body.next()
    let rewriting = asked.part.content == .json ? AddressRewriting(root: root, archive: archive) : nil
    let length = rewriting == nil ? head.headers.first(name: "Content-Length").flatMap { Int($0) } : nil
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody(contentLength: length) { writer in
        var (part, rewriting) = (first, rewriting)
        while let next = part {
          try await writer.write(rewriting?.rewrite(next) ?? next)
          part = try await body.next()
        }
        if let rest = rewriting?.finish(), rest.readableBytes > 0 { try await writer.write(rest) }
        try await writer.finish(nil)
      })
  }
}

extension ImagePart {
  /// Bytes that an archive may answer with.
  fileprivate var longest: Int {
    switch content {
    case .dicom: 64 << 30
    case .bytes: 4 << 30
    case .json: self == .studies ? 1 << 20 : 512 << 20
    case .rendered: 64 << 20
    }
  }
}

extension ByteBuffer {
  /// Whether a search found one study, or none: an archive that does not know what it was asked for gives what it has of everybody.
  fileprivate func isOfStudy(_ study: String) -> Bool {
    guard let found = try? JSONSerialization.jsonObject(with: Data(readableBytesView)) as? [[String: Any]] else {
      return false
    }
    return found.allSatisfy { one in
      let attribute = one["0020000D"] as? [String: Any]
      return attribute?["Value"] as? [String] == [study]
    }
  }
}
