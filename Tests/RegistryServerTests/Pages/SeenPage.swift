import HTTPTypes
import Testing
import XMLReading

@testable import RegistryServer

/// A page as it was read: behind its first line it is XML.
struct SeenPage {
  struct Form {
    var action: String
    /// With what stands in them.
    var fields: [String: String]
  }

  let root: XMLElement?

  static let none = SeenPage(root: nil)

  private init(root: XMLElement?) { self.root = root }

  init(_ text: String, at path: String) throws {
    let start = "<!DOCTYPE html>\n"
    #expect(text.hasPrefix(start), "\(path)")
    let bytes = Array(text.dropFirst(start.count).utf8)
    do {
      root = try bytes.withUnsafeBufferPointer { try XMLTreeReader().read($0) }.root
    } catch {
      Issue.record("\(path) is not well-formed: \(error)")
      root = nil
    }
  }

  func all(_ name: String) -> [XMLElement] { root?.descendants(name) ?? [] }

  var elements: [XMLElement] {
    func below(_ element: XMLElement) -> [XMLElement] { [element] + element.children.flatMap(below) }
    return root.map(below) ?? []
  }

  var title: String { all("h1").first?.wholeText ?? "" }
  var main: String { all("main").first?.wholeText ?? "" }

  var forms: [Form] {
    all("form").map { form in
      var fields: [String: String] = [:]
      for field in form.descendants("input") + form.descendants("select") {
        guard let name = field.attribute("name") else { continue }
        let chosen = field.descendants("option").first { $0.attribute("selected") != nil }
        let option = (chosen ?? field.descendants("option").first)?.attribute("value")
        fields[name] = field.attribute("value") ?? option ?? ""
      }
      return Form(action: form.attribute("action") ?? "", fields: fields)
    }
  }

  var buttons: [(name: String, value: String)] {
    all("button").compactMap { button in
      button.attribute("name").map { ($0, button.attribute("value") ?? "") }
    }
  }

  var links: [(path: String, text: String)] {
    all("a").map { ($0.attribute("href") ?? "", $0.wholeText) }
  }
}

/// What holds of every page.
enum PageRules {
  /// What pages are made of: anything else came in from outside.
  private static let elements: Set<String> = [
    "html", "head", "meta", "title", "link", "body", "header", "nav", "main", "footer", "section", "article", "h1",
    "h2",
    "h3", "p", "a", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "strong", "bdi", "code", "pre", "mark", "form",
    "label", "input", "select", "option", "button", "details", "summary", "table", "caption", "thead", "tbody", "tr",
    "th",
    "td", "figure", "figcaption", "svg", "path", "rect", "circle", "polyline", "textarea",
  ]
  private static let attributes: Set<String> = [
    "lang", "charset", "name", "content", "http-equiv", "rel", "href", "class", "id", "tabindex", "aria-label",
    "aria-labelledby", "aria-current", "aria-hidden", "aria-describedby", "hreflang", "method", "action", "type", "for",
    "value",
    "required", "autocomplete", "inputmode", "selected", "open", "scope", "role", "viewBox", "xmlns", "shape-rendering",
    "width", "height", "fill", "d", "x", "y", "r", "cx", "cy", "points", "form", "accesskey", "checked",
  ]

  static func expect(_ page: SeenPage, _ text: String, _ headers: HTTPFields, _ path: String) {
    let policy = headers[.contentSecurityPolicy] ?? ""
    for part in [
      "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "form-action 'self'", "frame-ancestors 'none'",
      "base-uri 'none'",
    ] { #expect(policy.contains(part), "\(path): \(part)") }
    #expect(headers[.referrerPolicy] == "no-referrer" && headers[.cacheControl] == "no-store", "\(path)")
    #expect(headers[HTTPField.Name("X-Content-Type-Options")!] == "nosniff", "\(path)")
    for element in page.elements {
      #expect(elements.contains(element.name), "\(path): \(element.name)")
      for attribute in element.attributes {
        #expect(attributes.contains(attribute.name), "\(path): \(element.name) \(attribute.name)")
      }
    }
    #expect(page.all("h1").count == 1 && page.all("main").count == 1 && page.all("header").count == 1, "\(path)")
    #expect(["zh-CN", "en"].contains(page.root?.attribute("lang")), "\(path)")
    #expect(page.all("title").first?.wholeText.isEmpty == false, "\(path)")
    expectForms(page, path)
    expectNames(page, path)
    for (target, words) in page.links {
      #expect(target.hasPrefix("/") && !target.hasPrefix("//"), "\(path): \(target)")
      #expect(!words.isEmpty, "\(path): \(target) says nothing")
    }
    // A level of headings is left out by none.
    var level = 1
    for heading in page.elements where ["h1", "h2", "h3"].contains(heading.name) {
      let own = Int(heading.name.suffix(1)) ?? 0
      #expect(own <= level + 1, "\(path): \(heading.name) \(heading.wholeText)")
      level = own
    }
  }

  private static func expectForms(_ page: SeenPage, _ path: String) {
    let labels = Set(page.all("label").compactMap { $0.attribute("for") })
    for field in page.all("input") + page.all("select") + page.all("textarea") {
      if field.attribute("type") == "hidden" { continue }
      #expect(
        field.attribute("id").map(labels.contains) == true, "\(path): \(field.attribute("name") ?? "?") has no label")
    }
    for form in page.all("form") where form.attribute("method") != "get" {
      #expect(form.attribute("method") == "post" && form.attribute("action")?.hasPrefix("/") == true, "\(path)")
      // Before anybody is signed in there is none.
      let isEntry = ["/sign-in", "/enrol"].contains(form.attribute("action")?.prefix { $0 != "?" })
      let token = form.descendants("input").first { $0.attribute("name") == "formToken" }
      #expect(isEntry || token?.attribute("value")?.isEmpty == false, "\(path): a form without a token")
    }
    for button in page.all("button") {
      #expect(!button.wholeText.isEmpty && button.attribute("type") == "submit", "\(path)")
    }
  }

  /// Ids stand once, and what is named by one is there; pictures say what they show.
  private static func expectNames(_ page: SeenPage, _ path: String) {
    let ids = page.elements.compactMap { $0.attribute("id") }
    #expect(Set(ids).count == ids.count, "\(path): \(ids)")
    for element in page.elements {
      for name in ["for", "aria-labelledby", "aria-describedby", "form"] {
        if let named = element.attribute(name) { #expect(ids.contains(named), "\(path): \(name) \(named)") }
      }
    }
    for picture in page.all("svg") {
      #expect(picture.attribute("role") == "img" && picture.attribute("aria-label")?.isEmpty == false, "\(path)")
    }
  }
}
