import Clinical
import XMLReading

/// A way from one element to others: `a/b/c`, `@id`, `.`, `../a`, `a[b=text]/c`.
///
/// Names are those of the document without prefix. `..` stands at the beginning only and every other step goes down, so that
/// a path comes to no element twice. A predicate compares a text (white space around it aside) below the element it stands at.
struct MappingPath: Sendable, Hashable {
  /// What a path leads to: an element, or one of its attributes.
  struct Place: Hashable, Sendable {
    var element: XMLElement
    var attribute: String?

    var text: String { attribute.map { element.attribute($0) ?? "" } ?? element.text }
  }

  fileprivate struct Step: Hashable, Sendable {
    /// nil: the element itself (`.`).
    var name: String?
    var predicate: Predicate?
  }

  fileprivate struct Predicate: Hashable, Sendable {
    var names: [String]
    var attribute: String?
    var text: String
  }

  /// As it is written.
  let text: String
  private(set) var climbs = 0
  private var steps: [Step] = []
  private var attribute: String?

  var isToAttribute: Bool { attribute != nil }

  // What it is stands in its text.
  static func == (a: MappingPath, b: MappingPath) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The element it goes down from; nil when it climbs beyond the root.
  func base(from element: XMLElement) -> XMLElement? {
    var here = element
    for _ in 0..<climbs {
      guard let parent = here.parent else { return nil }
      here = parent
    }
    return here
  }

  /// The places it leads to, in document order.
  ///
  /// - Parameter consulted: receives what the predicates that hold were about.
  func places(from element: XMLElement, consulted: (Place) -> Void = { _ in }) -> [Place] {
    base(from: element).map { places(below: $0, consulted: consulted) } ?? []
  }

  /// The same from where it goes down.
  func places(below here: XMLElement, consulted: (Place) -> Void = { _ in }) -> [Place] {
    var found = [here]
    for step in steps {
      if let name = step.name { found = found.flatMap { $0.all(name) } }
      if let predicate = step.predicate {
        found = found.filter {
          guard let place = predicate.place(in: $0) else { return false }
          consulted(place)
          return true
        }
      }
    }
    guard let attribute else { return found.map { Place(element: $0) } }
    return found.filter { $0.attribute(attribute) != nil }.map { Place(element: $0, attribute: attribute) }
  }
}

extension MappingPath.Predicate {
  /// The place within `element` that has the text.
  fileprivate func place(in element: XMLElement) -> MappingPath.Place? {
    let found = names.reduce([element]) { found, name in found.flatMap { $0.all(name) } }
    for element in found {
      let place = MappingPath.Place(element: element, attribute: attribute)
      if place.text.trimmed == text { return place }
    }
    return nil
  }
}

// MARK: Reading a path

extension MappingPath {
  /// What is wrong with a path, and what to write instead.
  struct Mistake: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  private static let maximumSteps = 32

  /// The element itself.
  static let here = MappingPath(itself: ".")

  private init(itself text: String) { self.text = text }

  init(_ text: String) throws(Mistake) {
    self.text = text
    if text.isEmpty {
      throw Mistake("an empty path: write the names of the elements, e.g. data/reportId, or . for this one")
    }
    if text.hasPrefix("/") {
      throw Mistake("a path begins where the section says, not at the root: leave out the first /, and use .. to go up")
    }
    let pieces = try MappingPath.split(text)
    if pieces.count > MappingPath.maximumSteps { throw Mistake("more than \(MappingPath.maximumSteps) steps") }
    for (index, piece) in pieces.enumerated() {
      if piece.isEmpty { throw Mistake("// or a / at the end: name every step") }
      if piece == ".." {
        guard steps.isEmpty else { throw Mistake(".. stands at the beginning of a path only, e.g. ../../msgTime") }
        climbs += 1
      } else if piece.hasPrefix("@") {
        guard index == pieces.count - 1 else {
          throw Mistake("an attribute has nothing below it: @name is the last step")
        }
        attribute = try MappingPath.name(piece.dropFirst())
      } else {
        steps.append(try MappingPath.step(piece))
      }
    }
  }

  /// Cuts at every `/` that is not within brackets.
  private static func split(_ text: String) throws(Mistake) -> [String] {
    var pieces = [""]
    var isInside = false
    for character in text {
      switch character {
      case "[" where isInside: throw Mistake("brackets within brackets: a predicate is [name=text]")
      case "[": isInside = true
      case "]" where !isInside: throw Mistake("a ] without its [")
      case "]": isInside = false
      case "/" where !isInside:
        pieces.append("")
        continue
      default: break
      }
      pieces[pieces.count - 1].append(character)
    }
    if isInside { throw Mistake("a [ without its ]") }
    return pieces
  }

  private static func step(_ piece: String) throws(Mistake) -> Step {
    guard let bracket = piece.firstIndex(of: "[") else {
      return Step(name: piece == "." ? nil : try name(piece[...]))
    }
    let before = piece[..<bracket]
    let inside = piece[piece.index(after: bracket)...].dropLast()
    guard piece.hasSuffix("]"), let sign = inside.firstIndex(of: "=") else {
      throw Mistake("a predicate is [name=text], at the end of a step: a[type=03]/no")
    }
    return Step(
      name: before == "." ? nil : try name(before),
      predicate: try predicate(inside[..<sign], is: inside[inside.index(after: sign)...]))
  }

  private static func predicate(_ way: Substring, is text: Substring) throws(Mistake) -> Predicate {
    let wanted = String(text).trimmed
    let isQuoted = wanted.count >= 2 && (wanted.first == "'" || wanted.first == "\"") && wanted.first == wanted.last
    var predicate = Predicate(names: [], text: isQuoted ? String(wanted.dropFirst().dropLast()) : wanted)
    let pieces = String(way).trimmed.split(separator: "/", omittingEmptySubsequences: false)
    for (index, piece) in pieces.enumerated() where piece != "." {
      if piece == ".." { throw Mistake("a predicate looks below its element: .. cannot stand in it") }
      if piece.hasPrefix("@"), index == pieces.count - 1 {
        predicate.attribute = try name(piece.dropFirst())
      } else {
        predicate.names.append(try name(piece))
      }
    }
    return predicate
  }

  /// An element's or attribute's name.
  private static func name(_ text: Substring) throws(Mistake) -> String {
    let isExtension = text.hasPrefix("sdtc:") || text.hasPrefix("xsi:")
    if !isExtension, let colon = text.firstIndex(of: ":") {
      throw Mistake("names stand without prefix: write \(text[text.index(after: colon)...])")
    }
    if text == "*" || text.hasSuffix("()") { throw Mistake("this is not XPath: write the name of the element") }
    guard let first = text.unicodeScalars.first else { throw Mistake("a step without a name") }
    let isName =
      (first.properties.isAlphabetic || first == "_")
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || $0.properties.numericType != nil || "_-.:".unicodeScalars.contains($0)
      }
    guard isName else {
      throw Mistake("a step that is no name of an element: write it as in the document, steps separated by /")
    }
    return String(text)
  }
}
