/// Reads one folded unit text component by component.
struct UnitSpellingReader {
  private enum Piece {
    case separator(Character)
    case component(String)
  }

  private let pieces: [Piece]
  private let text: String

  init(_ text: String) {
    self.text = text
    var pieces: [Piece] = []
    var component = ""
    var closing: Character?
    for character in text {
      if closing == nil, "/.()".contains(character) {
        if !component.isEmpty { pieces.append(.component(component)) }
        component = ""
        pieces.append(.separator(character))
        continue
      }
      component.append(character)
      if character == closing { closing = nil } else if closing == nil, character == "{" { closing = "}" }
      if closing == nil, character == "[" { closing = "]" }
    }
    if !component.isEmpty { pieces.append(.component(component)) }
    self.pieces = pieces
  }

  /// The text in UCUM codes; nil when a component is not known or people read the structure otherwise than UCUM does.
  func read() -> String? {
    var result = ""
    // Of each open parenthesis, and the whole: whether it is divided by, and whether a solidus was seen in it.
    var levels = [(isBelow: false, hasSolidus: false)]
    var previous: Piece?
    var beforePrevious: Piece?
    for (index, piece) in pieces.enumerated() {
      let level = levels[levels.count - 1]
      switch piece {
      case .separator("("):
        levels.append((level.isBelow != level.hasSolidus, false))
        result.append("(")
      case .separator(")"):
        guard levels.count > 1 else { return nil }
        levels.removeLast()
        result.append(")")
      case .separator(let character):
        // a/b.c: UCUM multiplies by c, people divide by it.
        if character == ".", level.hasSolidus { return nil }
        if character == "/" { levels[levels.count - 1].hasSolidus = true }
        result.append(character)
      case .component(let component):
        // A decimal, which UCUM takes for a product.
        if isNumber(component), case .separator(".") = previous, case .component(let first) = beforePrevious,
          isNumber(first)
        {
          return nil
        }
        let isBelow = level.isBelow != level.hasSolidus
        // Divided by a negative power.
        if isBelow, component.contains("-"), !component.contains("["), !component.contains("{") { return nil }
        guard let code = code(of: component, isBelow: isBelow, isFirst: index == 0) else { return nil }
        result += code
      }
      beforePrevious = previous
      previous = piece
    }
    return result
  }

  /// A component with its annotation.
  private func code(of component: String, isBelow: Bool, isFirst: Bool) -> String? {
    guard let brace = component.firstIndex(of: "{") else {
      return code(ofPlain: component, isBelow: isBelow, isFirst: isFirst)
    }
    let plain = String(component[..<brace])
    let annotation = component[brace...]
    if plain.isEmpty { return String(annotation) }
    return code(ofPlain: plain, isBelow: isBelow, isFirst: isFirst).map { $0 + annotation }
  }

  private func code(ofPlain component: String, isBelow: Bool, isFirst: Bool) -> String? {
    if isFirst, let power = powerOfTen(component) { return power }
    if isNumber(component) || component.contains("[") { return component }
    if let first = component.first, first.isNumber {
      if UCUM.isValid(component) { return component }
      let digits = component.prefix { $0.isNumber }
      guard isBelow, let unit = code(ofPlain: String(component.dropFirst(digits.count)), isBelow: true, isFirst: false)
      else { return nil }
      return digits == "1" ? unit : "(\(digits).\(unit))"
    }
    if let code = codeInContext(component, isBelow: isBelow) { return code }
    if UnitSpelling.ambiguous.contains(component) { return nil }
    if let code = UnitSpelling.components[component] ?? UnitSpelling.componentsInAnyCase[component.lowercased()] {
      return code
    }
    return UCUM.isValid(component) ? component : qualified(component, isBelow: isBelow)
  }

  /// Letters whose meaning hangs on what stands beside them.
  private func codeInContext(_ component: String, isBelow: Bool) -> String? {
    if isBelow, let code = UnitSpelling.denominators[component.lowercased()] { return code }
    if !isBelow, let code = UnitSpelling.numerators[component]?[divisor] { return code }
    return isAllCapitals(beside: component) ? UnitSpelling.componentsInCapitals[component] : nil
  }

  /// What the text is divided by, when it is one known unit.
  private var divisor: String {
    guard pieces.count == 3, case .separator("/") = pieces[1], case .component(let component) = pieces[2] else {
      return ""
    }
    return UnitSpelling.componentsInAnyCase[component.lowercased()] ?? component
  }

  /// Whether the sender writes everything in capitals, to be seen from another component.
  private func isAllCapitals(beside component: String) -> Bool {
    guard !text.contains(where: \.isLowercase) else { return false }
    return pieces.contains { piece in
      guard case .component(let other) = piece, other != component else { return false }
      return UnitSpelling.componentsInAnyCase[other.lowercased()].map { $0 != other } ?? !UCUM.isValid(other)
    }
  }

  /// `gHb`, `LFEU`: a unit followed by what it is of.
  private func qualified(_ component: String, isBelow: Bool) -> String? {
    let lowercased = component.lowercased()
    for (suffix, annotation) in UnitSpelling.qualifiers where lowercased.hasSuffix(suffix) {
      let unit = String(component.dropLast(suffix.count))
      if !unit.isEmpty, let code = code(ofPlain: unit, isBelow: isBelow, isFirst: false), !code.contains("{") {
        return code + annotation
      }
    }
    return nil
  }

  /// `x10^9`, `10E3`, `10+3`, `10(9)`, and `109` where the superscript was lost. A negative power is no count: UCUM
  /// alone writes it.
  private func powerOfTen(_ component: String) -> String? {
    let number = component.drop { "xX*_".contains($0) }
    guard number.hasPrefix("10") else { return nil }
    let exponent = number.dropFirst(2)
    let digits = exponent.drop { "*^eE+~".contains($0) }
    guard digits.count <= 2, let power = Int(digits), digits.allSatisfy(\.isNumber) else { return nil }
    let hasOperator = digits.count < exponent.count
    return (hasOperator ? (1...15).contains(power) : [3, 6, 9, 12].contains(power) && pieces.count > 1)
      ? "10*\(power)" : nil
  }

  private func isNumber(_ component: String) -> Bool { component.allSatisfy { ("0"..."9").contains($0) } }
}
