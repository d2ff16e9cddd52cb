import Clinical
import XMLReading

/// Text and codes of HL7 V3, in datatypes R1 (`<name>text</name>`, `@displayName`) and R2 / ISO 21090
/// (`@value`, `<displayName value=/>`), which Chinese platforms write in the same namespace.
extension XMLElement {
  /// An attribute's value, escapes undone; nil when it is absent, empty or a filler.
  func stated(_ attribute: String) -> String? {
    self.attribute(attribute).flatMap { Filler.value(EscapedText.plain($0)) }
  }

  /// The words of an ST, ED, SC or TS: the text, else `@value`; escapes undone. nil for a filler.
  var words: String? {
    Filler.value(EscapedText.plain(text)) ?? stated("value")
  }

  /// `@displayName`, in R2 `<displayName value=/>`.
  var displayName: String? { stated("displayName") ?? first("displayName")?.words }

  /// The code an element states directly, translations apart.
  var plainCode: Code? {
    stated("code").map { Code($0, display: displayName, system: stated("codeSystem") ?? stated("codeSystemName")) }
  }

  /// The text the coder saw: `originalText`, which may point into the narrative.
  func originalText(_ narrative: Narrative?) -> String? {
    guard let original = first("originalText") else { return nil }
    return original.words ?? narrative?.text(referredToBy: original)
  }

  /// A coded concept (CD, CE, CV) and its translations. Where there is no code of its own the first translation is the
  /// code; where there is none at all, words are.
  func concept(_ narrative: Narrative?) -> (code: Code, translations: [Code])? {
    var codes = ([self] + all("translation")).compactMap(\.plainCode)
    if codes.isEmpty {
      return (displayName ?? originalText(narrative) ?? words).map { (Code($0), []) }
    }
    var code = codes.removeFirst()
    if code.display == nil { code.display = originalText(narrative) }
    return (code, codes.filter { $0.identifier != code.identifier || $0.system != code.system })
  }
}

/// Formatting escapes that hospital systems carry over from HL7 v2 into XML text: `\X000d\`, `\X0A\`, `\.br\`.
enum EscapedText {
  /// The text with its escapes as line breaks.
  static func plain(_ text: String) -> String {
    guard text.utf8.contains(92) else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstIndex(of: "\\") {
      result += rest[..<start]
      let inner = rest[rest.index(after: start)...]
      if let end = inner.prefix(8).firstIndex(of: "\\"), isLineBreak(inner[..<end]) {
        if !result.hasSuffix("\n") { result += "\n" }
        rest = inner[inner.index(after: end)...]
      } else {
        result += "\\"
        rest = inner
      }
    }
    return result + rest
  }

  private static func isLineBreak(_ escape: Substring) -> Bool {
    switch escape.lowercased() {
    case "x0d", "x0a", "x000d", "x000a", "x0d0a", ".br", "xd", "xa": true
    default: false
    }
  }
}

extension XMLElement {
  /// What a person reads in a narrative block: the text of all of it, with cells, rows, paragraphs, items and breaks apart.
  var narrativeText: String {
    var text = ""
    func add(_ element: XMLElement) {
      for piece in element.pieces {
        switch piece {
        case .text(let run): text += run
        case .element(let inner):
          let isWithinLine = ["content", "sub", "sup", "linkHtml", "footnoteRef"].contains(inner.name)
          if !isWithinLine { text += " " }
          add(inner)
          if !isWithinLine { text += " " }
        }
      }
    }
    add(self)
    return Narrative.squeezed(text)
  }
}

/// The narrative blocks of a document, found by the `ID`s that entries refer to. Read only when an entry does refer.
final class Narrative {
  private let root: XMLElement
  private var texts: [String: String] = [:]
  private lazy var elements: [String: XMLElement] = {
    var result: [String: XMLElement] = [:]
    for block in root.descendants("text") { Narrative.index(block, into: &result) }
    return result
  }()

  init(_ root: XMLElement) { self.root = root }

  /// The text that an element's `reference/@value` of the form `#id` points at.
  func text(referredToBy element: XMLElement) -> String? {
    guard let value = element.first("reference")?.stated("value"), let id = Narrative.id(value) else { return nil }
    if let known = texts[id] { return Filler.value(known) }
    guard let target = elements[id] else { return nil }
    let text = target.narrativeText
    texts[id] = text
    return Filler.value(text)
  }

  /// The id that a reference names: `#id`, and without its sign as some write it; nil for an address elsewhere.
  static func id(_ reference: String) -> String? {
    if reference.hasPrefix("#") { return String(reference.dropFirst()) }
    return reference.contains(where: { ":/.".contains($0) }) ? nil : reference
  }

  /// Text with each run of white space as one space.
  static func squeezed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func index(_ element: XMLElement, into result: inout [String: XMLElement]) {
    for child in element.children {
      if let id = child.attribute("ID"), result[id] == nil { result[id] = child }
      index(child, into: &result)
    }
  }
}

extension ReadingNotes {
  /// The moment of a TS, or where an IVL_TS begins: `@value`, else `low`, `center`, `high`, else the text.
  mutating func start(of element: XMLElement?) -> Instant? {
    moment(of: element, parts: ["low", "center", "any", "high"])
  }

  /// The moment of a TS, or where an IVL_TS ends.
  mutating func end(of element: XMLElement?) -> Instant? {
    moment(of: element, parts: ["high", "center", "any", "low"])
  }

  private mutating func moment(of element: XMLElement?, parts: [String]) -> Instant? {
    guard let element else { return nil }
    if let value = element.stated("value"), let moment = instant(value, at: element) { return moment }
    for part in parts {
      if let bound = element.first(part), let value = bound.stated("value"), let moment = instant(value, at: bound) {
        return moment
      }
    }
    // The text alone: `@value` was looked at.
    return instant(element.text, at: element)
  }
}
