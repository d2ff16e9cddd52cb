import HTTPTypes
import Hummingbird

/// A page as it is answered: what is common to all of them stands here, once.
struct Page: ResponseGenerator {
  let frame: PageFrame
  let title: String
  var status: HTTPResponse.Status = .ok
  var headers: HTTPFields = [:]
  /// Where the browser goes by itself; for where a redirect would not do.
  var leadsTo: PagePath?
  let body: HTML

  init(_ frame: PageFrame, _ title: String, status: HTTPResponse.Status = .ok, @HTMLBuilder body: () -> HTML) {
    (self.frame, self.title, self.status, self.body) = (frame, title, status, body())
  }

  func response(from request: Request, context: some RequestContext) -> Response { response }

  var response: Response {
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.cacheControl] = "no-store"
    headers[.contentLanguage] = frame.language.tag
    headers[values: .vary] = ["Accept", "Accept-Language", "Cookie"]
    PageSecurity.add(to: &headers)
    if let cookie = frame.languageCookie { headers.append(HTTPField(name: .setCookie, value: cookie)) }
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: document)))
  }

  /// As HTML, which can be read as XML behind its first line.
  var document: String {
    let l = frame.language
    let html = tag("html", .lang(l)) {
      tag("head") {
        tag("meta", .init("charset", "utf-8"))
        tag("meta", .init("name", "viewport"), .init("content", "width=device-width, initial-scale=1"))
        if let leadsTo { tag("meta", .init("http-equiv", "refresh"), .init("content", "0;url=" + leadsTo.text)) }
        tag("title", text: title + " · " + l("互认", "Huren"))
        tag("link", .init("rel", "stylesheet"), .href(Asset.stylesheet.path))
      }
      tag("body") {
        tag("a", .class("skip"), .href(PagePath(asked: frame.path).at("main")), text: l("跳到正文", "Skip to content"))
        frame.header
        tag("main", .id("main"), .init("tabindex", "-1")) {
          tag("h1", text: title)
          body
        }
      }
    }
    return "<!DOCTYPE html>\n" + html.markup + "\n"
  }
}

/// What stands around the content of a page: whose it is, where else one can go, in which language.
struct PageFrame: Sendable {
  var language: PageLanguage
  /// As it was asked for; where a form was answered, of the page that it stood on.
  var path: String
  /// nil where nobody is signed in.
  var session: Session?
  var languageCookie: String?

  fileprivate var header: HTML {
    let l = language
    return tag("header") {
      tag("a", .class("brand"), .href(PagePath("")), text: l("互认", "Huren"))
      if let session {
        tag("nav", .init("aria-label", l("桌面", "Desk"))) {
          tag("ul") {
            for place in Desk(session.caller.role)?.places ?? [] {
              tag("li") {
                let isHere = path.prefix { $0 != "?" } == place.path.text
                tag(
                  "a", .href(place.path), isHere ? Attribute("aria-current", "page") : nil, text: l(place.zh, place.en))
              }
            }
          }
        }
        tag("div", .class("who")) {
          tag("span") {
            tag("bdi", text: session.caller.name)
            " · " + (Desk(session.caller.role).map { l($0.name.zh, $0.name.en) } ?? "")
          }
          form(PagePath("sign-out"), session) {
            tag("button", .init("type", "submit"), .class("plain"), text: l("退出", "Sign out"))
          }
        }
      }
      tag(
        "a", .class("language"), .href(PagePath(asked: unlanguaged).asking(PageLanguage.parameter, l.other.rawValue)),
        .init("hreflang", l.other.tag), .lang(l.other), text: l.other.name)
    }
  }

  /// The path without a language that it asks for.
  private var unlanguaged: String {
    let parts = path.split(separator: "?", maxSplits: 1)
    guard parts.count == 2 else { return path }
    let rest = parts[1].split(separator: "&").filter { !$0.hasPrefix(PageLanguage.parameter + "=") }
    return rest.isEmpty ? String(parts[0]) : parts[0] + "?" + rest.joined(separator: "&")
  }
}

/// What a browser is told to refuse of a page: everything that is not this service's own, all scripts, all frames.
enum PageSecurity {
  static let policy = policy(styles: "'self'")

  /// - Parameter styles: where styles may be from: `'self'`, or the digest of what stands in the page itself.
  static func policy(styles: String) -> String {
    "default-src 'none'; style-src \(styles); img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
  }

  static func add(to headers: inout HTTPFields) {
    if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = policy }
    headers[.referrerPolicy] = "no-referrer"
    headers[.crossOriginOpenerPolicy] = "same-origin"
    headers[.crossOriginResourcePolicy] = "same-origin"
  }
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  fileprivate static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  fileprivate static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
