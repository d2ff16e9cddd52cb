import Clinical
import Messages

/// The languages a report is printed in.
public enum ReportLanguage: String, Sendable, CaseIterable {
  case zh, en, both

  /// On one line.
  func text(_ words: Words) -> String {
    switch self {
    case .zh: words.zh
    case .en: words.en
    case .both: words.zh == words.en ? words.zh : words.zh + " " + words.en
    }
  }

  /// As HTML: each language on a line of its own.
  func lines(_ words: Words) -> String {
    guard self == .both, words.zh != words.en else { return escaped(text(words)) }
    return "\(escaped(words.zh))<br><span lang=\"en\">\(escaped(words.en))</span>"
  }

  /// A name of two, with its code where it has another.
  func name(_ code: String, _ zh: String?, _ en: String?) -> String {
    let words = Words(zh ?? en ?? code, en ?? zh ?? code)
    let name = text(words)
    return name == code ? code : "\(code) \(name)"
  }
}

/// The same in Chinese and in English.
struct Words: Sendable {
  let zh: String
  let en: String

  init(_ zh: String, _ en: String) {
    self.zh = zh
    self.en = en
  }
}

/// Text as HTML and SVG write it, in one line.
func escaped(_ text: some StringProtocol) -> String { XMLText.escaped(PrintedText(text).description) }
