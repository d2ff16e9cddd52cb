/// What a unit counts, where UCUM sees only a number.
///
/// UCUM takes moles, equivalents and osmoles for pure numbers and would turn `mmol/L` into `/L`, `meq/L` into `mmol/L`
/// one to one, and HbA1c in `mmol/mol` into `%` without its offset. None of that holds for every substance: between
/// them only a row of `conversions.csv` leads.
enum AmountOfSubstance {
  /// The counting units of a UCUM code, denominators after a `/`, sorted. Enzyme units are moles over time.
  static func units(_ code: String) -> [String] {
    var units: [String] = []
    var atom = ""
    var isDenominator = false
    var closing: Character?
    func counting(_ atom: String) -> String? {
      if atom.hasSuffix("mol") || atom.hasSuffix("kat") || ["U", "mU", "uU", "nU", "kU"].contains(atom) {
        return "mol"
      }
      return ["eq", "osm"].first { atom.hasSuffix($0) }
    }
    func take() {
      if let unit = counting(atom) { units.append((isDenominator ? "/" : "") + unit) }
      atom = ""
    }
    for character in code {
      if let end = closing {
        if character == end { closing = nil }
        continue
      }
      switch character {
      case "[": closing = "]"
      case "{": closing = "}"
      case "/":
        take()
        isDenominator = true
      case ".":
        take()
        isDenominator = false
      case _ where character.isLetter: atom.append(character)
      default: take()
      }
    }
    take()
    return units.sorted()
  }
}
