import Clinical
import Foundation
import XMLReading

/// Attachment: a text is read, any other document only named.
enum FHIRAttachment {
  /// The words of a `text/plain` or `text/html` attachment; nil for other types, and where there are none.
  static func text(of element: XMLElement) -> String? {
    let type = (element.value("contentType") ?? "").lowercased()
    let isMarkup = type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
    guard type.hasPrefix("text/plain") || type.hasPrefix("text/markdown") || isMarkup,
      let base64 = element.value("data"),
      let data = Data(base64Encoded: base64.filter { !$0.isWhitespace })
    else { return nil }
    let text = decode(data, type)
    return Filler.value(isMarkup ? XHTMLText.strip(text) : text)
  }

  /// The address of a document, else its type; never its bytes.
  static func name(of element: XMLElement) -> String? { element.value("url") ?? element.value("contentType") }

  private static func decode(_ data: Data, _ type: String) -> String {
    let isChinese = ["charset=gb", "charset=\"gb", "charset=cp936"].contains { type.contains($0) }
    var bytes = Array(data)
    if isChinese, let transcoder = Transcoder(from: .gb18030) {
      var output: [UInt8] = []
      _ = transcoder.append(bytes, to: &output, isLast: true)
      bytes = output
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The words of a piece of XHTML.
enum XHTMLText {
  private static let entities: [String: Character] = [
    "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'", "nbsp": " ",
  ]
  private static let blocks: Set<String> = [
    "p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "section",
  ]

  /// Tags, comments, style and script go, blocks end lines, entities become what they stand for.
  static func strip(_ markup: String) -> String {
    var output = ""
    var skipped: String?
    var rest = markup[...]
    while let first = rest.first {
      if first == "<" {
        if rest.hasPrefix("<!--") {
          rest = rest.firstRange(of: "-->").map { rest[$0.upperBound...] } ?? ""
          continue
        }
        let end = rest.firstIndex(of: ">") ?? rest.endIndex
        let tag = rest[..<end].dropFirst()
        let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }.lowercased()
        if tag.hasPrefix("/"), name == skipped {
          skipped = nil
        } else if skipped == nil, name == "script" || name == "style" || name == "head", !tag.hasSuffix("/") {
          skipped = name
        }
        if blocks.contains(name) { output += "\n" }
        if name == "td" || name == "th" { output += " " }
        rest = end < rest.endIndex ? rest[rest.index(after: end)...] : ""
      } else if first == "&", let end = rest.prefix(12).firstIndex(of: ";") {
        if skipped == nil { output += character(rest[..<end].dropFirst()) }
        rest = rest[rest.index(after: end)...]
      } else {
        if skipped == nil { output.append(first) }
        rest.removeFirst()
      }
    }
    return output.split(whereSeparator: \.isNewline)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }.filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private static func character(_ name: Substring) -> String {
    if let known = entities[String(name)] { return String(known) }
    guard name.first == "#" else { return "&\(name);" }
    let digits = name.dropFirst()
    let isHexadecimal = digits.first == "x" || digits.first == "X"
    let value = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return value.flatMap(UnicodeScalar.init).map { String(Character($0)) } ?? ""
  }
}
