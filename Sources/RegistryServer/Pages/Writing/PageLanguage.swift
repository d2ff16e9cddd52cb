import Hummingbird

/// The languages that pages are written in. Every text stands in both where it is written, so that none can lack one.
enum PageLanguage: String, CaseIterable, Sendable {
  case zh, en

  /// The text of this language.
  func callAsFunction(_ chinese: String, _ english: String) -> String { self == .zh ? chinese : english }

  /// As HTML and HTTP name it.
  var tag: String { self == .zh ? "zh-CN" : "en" }
  /// In itself.
  var name: String { self == .zh ? "中文" : "English" }
  var other: PageLanguage { self == .zh ? .en : .zh }

  /// Of words that stand in both, the English first: `too old 超出时限`.
  func part(of both: String) -> String {
    guard let start = both.firstIndex(where: { $0.unicodeScalars.contains { $0.value > 0x2E7F } }) else { return both }
    let english = both[..<start].trimmingSuffix { $0 == " " }
    if self == .zh || english.isEmpty { return String(both[start...]) }
    return String(english)
  }

  /// Of two names, that of this language, if there is one.
  func name(_ chinese: String?, _ english: String?) -> String? { self == .zh ? chinese ?? english : english ?? chinese }
}

extension PageLanguage {
  static let cookie = "huren-language"
  static let parameter = "lang"

  /// The one that is asked for now, that was asked for before, or that the browser prefers; else Chinese.
  init(_ request: Request) {
    let asked = request.uri.queryParameters[Self.parameter[...]].map(String.init)
    if let language = asked.flatMap({ PageLanguage(rawValue: $0) }) {
      self = language
    } else if let kept = request.cookies[Self.cookie]?.value, let language = PageLanguage(rawValue: kept) {
      self = language
    } else {
      let preferred = request.headers[.acceptLanguage]?.split(separator: ",").lazy
        .compactMap { PageLanguage(rawValue: $0.drop { $0 == " " }.prefix(2).lowercased()) }.first
      self = preferred ?? .zh
    }
  }

  /// What has the browser keep it; nil where it was not asked for.
  static func setCookie(_ request: Request) -> String? {
    guard let asked = request.uri.queryParameters[parameter[...]], let language = PageLanguage(rawValue: String(asked))
    else { return nil }
    return "\(cookie)=\(language.rawValue); Path=/; Max-Age=31536000; SameSite=Lax"
  }
}

extension Substring {
  func trimmingSuffix(while isIn: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, isIn(last) { rest.removeLast() }
    return rest
  }
}
