import Recognition

/// Words from outside within Markdown (GitHub's): whatever they are, they are read as themselves, and make neither markup, HTML, an
/// entity nor a link.
enum Markdown {
  /// On one line. `<` and `&` are written as entities, so that they do no harm either where somebody takes the text for HTML.
  static func escaped(_ words: String) -> String {
    var text = ""
    let scalars = Array(words.onOneLine.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\\", "`", "*", "_", "[", "]", "|", "~", "@", "#", "!", "{", "}", "$": text += "\\" + String(scalar)
      // A point alone is a decimal point; behind www it makes a link, as `://` does.
      case "." where endsInWWW(text): text += "\\."
      case ":" where index + 1 < scalars.count && scalars[index + 1] == "/": text += "\\:"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func endsInWWW(_ text: String) -> Bool { text.suffix(3).lowercased() == "www" }
}
