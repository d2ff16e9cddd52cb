import Clinical
import Crypto
import HTTPTypes
import Hummingbird

/// What pages need beside themselves: served from the process, under a name that tells its content, so that it is kept for ever.
struct Asset: Sendable {
  let file: String
  let type: String
  let content: String

  private init(_ name: String, _ ending: String, _ type: String, _ content: String) {
    file = "\(name)-\(Array(SHA256.hash(data: Array(content.utf8)).prefix(8)).hex).\(ending)"
    (self.type, self.content) = (type, content)
  }

  static let stylesheet = Asset("desk", "css", "text/css; charset=utf-8", Stylesheet.text)

  private static let all = [stylesheet]

  static func named(_ file: String) -> Asset? { all.first { $0.file == file } }

  var path: PagePath { PagePath("assets", file) }

  func response(to request: Request) -> Response {
    let tag = "\"\(file)\""
    var headers: HTTPFields = [.contentType: type, .eTag: tag]
    headers[.cacheControl] = "public, max-age=31536000, immutable"
    let known = request.headers[.ifNoneMatch] ?? ""
    if known == "*" || known.split(separator: ",").contains(where: { $0.hasSuffix(tag) }) {
      return Response(status: .notModified, headers: headers)
    }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: content)))
  }
}
