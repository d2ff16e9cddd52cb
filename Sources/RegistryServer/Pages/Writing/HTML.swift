import Clinical

/// Markup, written so that it is well-formed as HTML and as XML. What is put into it is text and is escaped; names of elements and
/// attributes stand in the program alone.
struct HTML: Sendable {
  private(set) var markup: String

  private init(markup: String) { self.markup = markup }

  /// Text, whatever stands in it.
  init(_ text: some StringProtocol) { markup = HTML.escaped(text) }

  static let none = HTML(markup: "")

  var isEmpty: Bool { markup.isEmpty }

  static func += (a: inout HTML, b: HTML) { a.markup += b.markup }

  /// An element; of one that is never of any content, none is written.
  fileprivate static func element(_ name: StaticString, _ attributes: [Attribute?], _ content: HTML) -> HTML {
    var markup = "<\(name)"
    for attribute in attributes.compactMap({ $0 }) {
      markup += " \(attribute.name)=\"\(escaped(attribute.value))\""
    }
    if voids.contains("\(name)") { return HTML(markup: markup + "/>") }
    return HTML(markup: markup + ">" + content.markup + "</\(name)>")
  }

  private static let voids: Set<String> = ["input", "meta", "link", "br", "hr", "path", "circle", "rect", "polyline"]

  static func escaped(_ text: some StringProtocol) -> String {
    let isPlain = !text.utf8.contains {
      $0 < 0x20 || $0 == 0x22 || $0 == 0x26 || $0 == 0x27 || $0 == 0x3C || $0 == 0x3E || $0 == 0x7F || $0 >= 0xC2
    }
    if isPlain { return String(text) }
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case "\r": escaped += "\n"
      case _ where scalar.isHidden: escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

extension Unicode.Scalar {
  /// What no page may hold, and what turns or hides what stands beside it.
  fileprivate var isHidden: Bool { isUnseen || value == 0xFFFE || value == 0xFFFF }
}

/// What stands in an element's start.
struct Attribute: Sendable {
  fileprivate let name: StaticString
  fileprivate let value: String

  init(_ name: StaticString, _ value: some StringProtocol) { (self.name, self.value) = (name, String(value)) }

  static func `class`(_ value: String) -> Attribute { .init("class", value) }
  static func id(_ value: String) -> Attribute { .init("id", value) }
  static func lang(_ language: PageLanguage) -> Attribute { .init("lang", language.tag) }
  /// Of this service alone.
  static func href(_ path: PagePath) -> Attribute { .init("href", path.text) }
  /// One that is there or is not.
  static func flag(_ name: StaticString, _ isThere: Bool = true) -> Attribute? {
    isThere ? .init(name, "\(name)") : nil
  }
}

/// An element with what is in it.
func tag(_ name: StaticString, _ attributes: Attribute?..., @HTMLBuilder content: () -> HTML = { .none }) -> HTML {
  .element(name, attributes, content())
}

/// An element of text alone.
func tag(_ name: StaticString, _ attributes: Attribute?..., text: some StringProtocol) -> HTML {
  .element(name, attributes, HTML(text))
}

/// What is in an element, one after the other: markup, and text.
@resultBuilder
enum HTMLBuilder {
  static func buildExpression(_ html: HTML) -> HTML { html }
  static func buildExpression(_ html: HTML?) -> HTML { html ?? .none }
  static func buildExpression(_ text: String) -> HTML { HTML(text) }
  static func buildExpression(_ all: [HTML]) -> HTML { buildArray(all) }
  static func buildBlock() -> HTML { .none }
  static func buildPartialBlock(first: HTML) -> HTML { first }
  static func buildPartialBlock(accumulated: HTML, next: HTML) -> HTML {
    var all = accumulated
    all += next
    return all
  }
  static func buildOptional(_ html: HTML?) -> HTML { html ?? .none }
  static func buildEither(first: HTML) -> HTML { first }
  static func buildEither(second: HTML) -> HTML { second }
  static func buildArray(_ all: [HTML]) -> HTML {
    var joined = HTML.none
    for html in all { joined += html }
    return joined
  }
}
