import HTTPTypes
import Hummingbird
import Registry

/// A page that shows a study, at the address that was given for it: pictures that the archive renders, one at a time.
enum ImageViewer {
  /// In Chinese, or in English where a browser asks for that first.
  struct Words {
    let language: String
    let (title, series, slice, center, width, zoom, back, failed, loading, needed, keys):
      (
        String, String, String, String, String, String, String, String, String, String, String
      )

    static let chinese = Words(
      language: "zh-CN", title: "影像", series: "序列", slice: "层面", center: "窗位", width: "窗宽", zoom: "缩放", back: "还原",
      failed: "此图无法显示", loading: "正在读取", needed: "查看影像需要启用 JavaScript。",
      keys: "↑ ↓ 翻层，← → 换序列，+ − 缩放，[ ] 窗宽，, . 窗位，0 还原；鼠标：滚轮翻层，Ctrl+滚轮缩放，拖动调窗；触屏：单指翻层，双指缩放。")
    static let english = Words(
      language: "en", title: "Images", series: "Series", slice: "Slice", center: "Window centre", width: "Window width",
      zoom: "Zoom", back: "Reset", failed: "This picture cannot be shown", loading: "Loading",
      needed: "Images need JavaScript.",
      keys:
        "↑ ↓ slices, ← → series, + − zoom, [ ] window width, , . window centre, 0 reset; mouse: wheel for slices, Ctrl and wheel to zoom, drag for the window; touch: one finger for slices, two to zoom."
    )

    private init(
      language: String, title: String, series: String, slice: String, center: String, width: String, zoom: String,
      back: String, failed: String, loading: String, needed: String, keys: String
    ) {
      self.language = language
      (self.title, self.series, self.slice, self.center, self.width, self.zoom, self.back, self.failed, self.loading) =
        (title, series, slice, center, width, zoom, back, failed, loading)
      (self.needed, self.keys) = (needed, keys)
    }

    init(accepted: String?) {
      let first = accepted?.lowercased().prefix { $0 != "," } ?? ""
      self = first.hasPrefix("en") ? .english : .chinese
    }
  }

  static func page(_ study: ImageUID, _ words: Words) -> String {
    """
    <!doctype html>
    <html lang="\(words.language)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(words.title)</title>
    <link rel="stylesheet" href="../viewer.css">
    <script src="../viewer.js" defer></script>
    </head>
    <body data-study="\(study.text)" data-failed="\(words.failed)" data-loading="\(words.loading)">
    <h1>\(words.title)</h1>
    <noscript><p>\(words.needed)</p></noscript>
    <div id="stage" tabindex="0" role="group" aria-label="\(words.title)" aria-describedby="keys">
    <img id="picture" alt="" draggable="false">
    </div>
    <form id="controls">
    <label>\(words.series) <select id="series"></select></label>
    <label>\(words.slice) <input id="slice" type="range" min="1" max="1" value="1"></label>
    <label>\(words.center) <input id="center" type="range" min="-1024" max="3072" value="128"></label>
    <label>\(words.width) <input id="width" type="range" min="1" max="4096" value="256"></label>
    <label>\(words.zoom) <input id="zoom" type="range" min="1" max="8" step="0.25" value="1"></label>
    <button id="back" type="button">\(words.back)</button>
    </form>
    <p id="told" role="status">\(words.loading)</p>
    <p id="keys">\(words.keys)</p>
    </body>
    </html>

    """
  }

  /// Nothing of elsewhere, nothing within the page itself.
  private static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
  ].joined(separator: "; ")

  static func response(_ text: String, type: String) -> Response {
    var headers: HTTPFields = [.contentType: "\(type); charset=utf-8"]
    headers[.contentSecurityPolicy] = policy
    // The address is what shows who looks.
    headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

extension Route {
  static let imageViewer = Route(
    .get, "/images/{ticket}/view", .roles(imageRoles), scope: .images, access: .image)
  static let imageViewerScript = Route(.get, "/images/viewer.js", .anybody)
  static let imageViewerStyle = Route(.get, "/images/viewer.css", .anybody)
}

extension RegistryService {
  func addImageViewer(_ router: Router<ServerContext>) {
    on(.imageViewer, router) { request, context in
      let held = context.parameters.get("ticket") ?? ""
      guard let ticket = try self.images.tickets.ticket(held) else { throw ServiceError.noRoute }
      let words = ImageViewer.Words(accepted: request.headers[.acceptLanguage])
      return ImageViewer.response(ImageViewer.page(ticket.opening.study, words), type: "text/html")
    }
    on(.imageViewerScript, router) { _, _ in
      ImageViewer.response(ImageViewer.script, type: "text/javascript")
    }
    on(.imageViewerStyle, router) { _, _ in ImageViewer.response(ImageViewer.style, type: "text/css") }
  }
}
