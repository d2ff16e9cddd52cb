import Clinical
import XMLReading

/// A segment of an HL7 v2 message, whichever way it was written.
///
/// Component names depend on data type and version (`CE.1`, `CWE.1`, `XPN.1/FN.1`), so only the number after the dot counts:
/// "first CE.n|CWE.n" for every type at once.
struct V2Segment {
  let element: XMLElement
  private let fields: NumberedChildren
  var name: String { element.name }

  init(element: XMLElement) {
    self.element = element
    fields = element.numbered
  }

  /// The first repetition of a field.
  func field(_ number: Int) -> XMLElement? { fields.first(number) }

  /// All repetitions of a field.
  func repetitions(_ number: Int) -> [XMLElement] { fields.all(number) }

  /// The text of a field's first component (of the first repetition); nil for an absence.
  func text(_ field: Int) -> String? { self.field(field)?.component(1) }

  /// The text of a component of a field's first repetition; nil for an absence.
  func text(_ field: Int, _ component: Int) -> String? { self.field(field)?.component(component) }
}

extension XMLElement {
  /// The text of the n-th component (from 1); a field without components is its own first. nil for an absence.
  func component(_ number: Int) -> String? {
    componentElement(number)?.leafText.flatMap { Filler.value($0) }
  }

  /// The element of the n-th component.
  func componentElement(_ number: Int) -> XMLElement? {
    var hasComponents = false
    for child in children {
      let childNumber = child.number
      if childNumber == number { return child }
      if childNumber > 0 { hasComponents = true }
    }
    return number == 1 && !hasComponents ? self : nil
  }

  /// The text of the first leaf below (`XPN.1/FN.1`), with formatting escapes (`<escape V=".br"/>`) as line breaks.
  var leafText: String? {
    var first: XMLElement?
    var escapes = false
    for child in children {
      if child.number == 1 {
        first = child
        break
      }
      if child.number > 0 { return nil }
      escapes = true
    }
    if let first { return first.leafText }
    if !escapes { return text }
    return pieces.map {
      switch $0 {
      case .text(let text): text
      case .element(let element):
        element.name == "escape" ? V2Escape.text(element.attribute("V") ?? "") : element.wholeText
      }
    }.joined()
  }
}

/// Formatting commands of FT and TX (HL7 v2, 2.7.6), as plain text.
enum V2Escape {
  /// The text a command stands for; highlighting and the like stand for none.
  static func text(_ command: String) -> String {
    switch command.prefix(3) {
    case ".br", ".sp", ".ce": "\n"
    case ".in", ".ti", ".sk": " "
    default: ""
    }
  }
}
