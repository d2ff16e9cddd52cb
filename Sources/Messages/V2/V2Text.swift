import Clinical
import XMLReading

/// Fields that hold text: what stands in them is read whole, whatever was taken for a separator.
extension V2Segment {
  /// A field that answers something, all its repetitions: as `text`, but a dash is an answer (`Filler.answer`).
  func answer(_ number: Int) -> String? { words(number, of: Filler.answer) }

  /// All of a field as one text; nil for an absence.
  func words(_ number: Int) -> String? { words(number) { Filler.value($0) } }

  private func words(_ number: Int, of text: (String) -> String?) -> String? {
    guard let first = field(number) else { return nil }
    if tree.repetition(after: first) == nil, tree.isText(first) {
      // Nearly every field there is.
      return tree.withText(first) { bytes in
        isPlain(bytes)
          ? Filler.value(bytes) ?? text(String(decoding: bytes, as: UTF8.self)) : text(V2Escape.text(bytes, separators))
      }
    }
    return whole(number).flatMap(text)
  }

  private func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    separators.escape == V2Separators.none || !bytes.contains { $0 == separators.escape || $0 == 0x0D }
  }

  /// All of a field as it stands; nil where there is none.
  func whole(_ number: Int) -> String? {
    guard let first = field(number) else { return nil }
    guard tree.repetition(after: first) != nil else { return whole(first) }
    return V2Text.joined(repetitions(number).map(whole), repetition: V2Text.sign(separators.repetition))
  }

  /// One repetition, or one component, as it stands.
  func whole(_ element: XMLElement.ID) -> String {
    let text = tree.whole(element, separators)
    return separators.escape != V2Separators.none ? V2Escape.text(text, separators) : text
  }

  /// A component whole; nil for an absence.
  func words(_ field: XMLElement.ID, _ component: Int) -> String? { tree.words(field, component, separators) }
}

extension XMLTree {
  /// The text of a component that has no subcomponents, as those of codes; nil for an absence.
  func words(_ field: XMLElement.ID, _ number: Int, _ separators: V2Separators = .usual) -> String? {
    guard let component = component(number, of: field) else { return nil }
    if isText(component) { return withText(component) { Filler.value($0) } }
    return Filler.value(whole(component, separators, isComponent: true))
  }

  /// What stands in a field or component, with the separators between what was taken for its parts.
  func whole(_ element: XMLElement.ID, _ separators: V2Separators, isComponent: Bool = false) -> String {
    guard !isText(element), hasNumberedChildren(element) else { return mixedText(element) }
    let separator = isComponent ? separators.subcomponent : separators.component
    return parts(of: element, between: V2Text.sign(separator)) {
      isComponent ? self[$0].wholeText : whole($0, separators, isComponent: true)
    }
  }

  private func parts(
    of element: XMLElement.ID, between separator: Character, _ text: (XMLElement.ID) -> String
  ) -> String {
    var result = ""
    var position = 1
    for child in self[element].children where child.number > 0 {
      // Parts that are empty are not there.
      let gap = child.number > position ? child.number - position : position > 1 || !result.isEmpty ? 1 : 0
      result += String(repeating: separator, count: gap)
      position = max(position, child.number)
      result += text(child.id)
    }
    return result
  }

  /// With formatting escapes (`<escape V=".br"/>`) as line breaks. Line breaks and blanks beside an element are those of whoever
  /// wrote the file to be looked at.
  func mixedText(_ leaf: XMLElement.ID) -> String {
    if isText(leaf) { return withText(leaf) { String(decoding: $0, as: UTF8.self) } ?? "" }
    return self[leaf].pieces.map {
      switch $0 {
      case .text(let text): V2Text.withoutIndentation(text)
      case .element(let element):
        element.name == "escape" ? V2Escape.text(ofCommand: element.attribute("V") ?? "") : element.wholeText
      }
    }.joined()
  }
}

/// Whether the repetitions of a text are its lines.
enum V2Text {
  static func sign(_ separator: UInt8) -> Character {
    Character(Unicode.Scalar(separator == V2Separators.none ? UInt8(ascii: "~") : separator))
  }

  /// The repetitions of a text, as one. By the standard they are its lines; but a `~` that nobody escaped stands for *about* and
  /// *to* (`~5 cm`, `3~5`, `轻~中度`, `C3~C6`), and stays where it is not plain that a line ends or begins there.
  static func joined(_ pieces: [String], repetition: Character = "~") -> String {
    guard var text = pieces.first else { return "" }
    for index in pieces.indices.dropFirst() {
      let isLine = (index > 1 || !text.isEmpty) && isLineBreak(pieces[index - 1], pieces[index])
      text.append(isLine ? "\n" : repetition)
      text += pieces[index]
    }
    return text
  }

  private static func isLineBreak(_ before: String, _ after: String) -> Bool {
    let before = before.unicodeScalars.suffix(64)
    let after = after.unicodeScalars.prefix(64)
    guard let last = before.last(where: { !$0.isBlank }),
      let start = after.firstIndex(where: { !$0.isBlank })
    else { return true }
    let line = after[start...]
    if beginsItem(line) { return true }
    if isDigit(line[start]) || "<>≤≥+-±".unicodeScalars.contains(line[start]) { return false }
    return ".:;!?。：；！？)）】".unicodeScalars.contains(last) || isLabel(line)
      || beginsSentence(line) && before.contains { $0.isBlank }
      || after.distance(from: after.startIndex, to: start) > 1
  }

  /// `1. `, `2)`, `（3）`, `- `, `• `.
  private static func beginsItem(_ line: Substring.UnicodeScalarView) -> Bool {
    let rest = line.drop { "(（".unicodeScalars.contains($0) }
    let behind = rest.drop { isDigit($0) || "一二三四五六七八九十".unicodeScalars.contains($0) }
    let count = rest.distance(from: rest.startIndex, to: behind.startIndex)
    if count > 0, count <= 2, let sign = behind.first, ".)、．）".unicodeScalars.contains(sign) {
      return behind.dropFirst().first.map { !isDigit($0) } ?? true
    }
    guard let first = line.first, "-*•·●".unicodeScalars.contains(first) else { return false }
    return line.dropFirst().first?.isBlank ?? true
  }

  /// A word with a capital that is no number of a part (`II`, `C6`, `T2`).
  private static func beginsSentence(_ line: Substring.UnicodeScalarView) -> Bool {
    guard let first = line.first, first.properties.isUppercase else { return false }
    let word = line.prefix { $0.properties.isAlphabetic && $0.value < 0x3000 }
    if word.dropFirst().first?.properties.isLowercase == true { return true }
    return word.count > 3 && !word.allSatisfy { "IVXC".unicodeScalars.contains($0) }
  }

  /// `所见：…`, `impression: …`.
  private static func isLabel(_ line: Substring.UnicodeScalarView) -> Bool {
    let label = line.prefix(24).prefix { $0.properties.isAlphabetic || $0 == " " }
    guard label.endIndex < line.endIndex, label.count > 1 else { return false }
    return line[label.endIndex] == ":" || line[label.endIndex] == "："
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 48 && scalar.value <= 57 }

  /// Without line breaks at either end and the blanks beside them.
  static func withoutIndentation(_ text: String) -> String {
    var rest = text.unicodeScalars[...]
    let leading = rest.prefix { $0.isBlank }
    if leading.contains("\n") { rest = rest[leading.endIndex...] }
    var end = rest.endIndex
    while end > rest.startIndex, rest[rest.index(before: end)].isBlank { end = rest.index(before: end) }
    if rest[end...].contains("\n") { rest = rest[..<end] }
    return String(rest)
  }
}
