import Clinical
import XMLReading

/// What of a person decides which of several reference ranges is theirs.
struct FHIRPersonFacts {
  var sex: Sex?
  /// In years, when the result was found.
  var age: Double?

  init(_ patient: Patient, at moment: Instant?, _ zone: RegistryZone) {
    sex = patient.sex == .male || patient.sex == .female ? patient.sex : nil
    if let birth = patient.birthDate, birth.isComplete, let moment {
      age = Double(zone.date(of: moment).epochDay - birth.epochDay) / 365.25
    }
  }
}

/// Quantities and the ranges made of them.
enum FHIRRange {
  /// The comparator and the number, as sent.
  static func number(of quantity: XMLElement) -> String? {
    quantity.value("value").map { (quantity.value("comparator") ?? "") + $0 }
  }

  /// The UCUM code, which programs agree on; what a person wrote where there is none, and any other code only where nobody wrote.
  static func unit(of quantity: XMLElement) -> String? {
    if let bound = quantity.first("low") ?? quantity.first("high") { return unit(of: bound) }
    let code = quantity.value("code")
    if let code, FHIRCodes.isUCUM(quantity.value("system")) { return code }
    return quantity.value("unit") ?? code
  }

  /// `low-high`, `≤high` or `≥low`: both ends are inside (FHIR R4, Observation.referenceRange).
  static func text(of range: XMLElement) -> String? {
    func end(_ name: String, _ alone: String) -> String? {
      guard let bound = range.first(name), let value = bound.value("value") else { return nil }
      return (bound.value("comparator") ?? alone) + value
    }
    let (low, high) = (range.first("low")?.value("value"), range.first("high")?.value("value"))
    guard low != nil, high != nil else { return end("low", "≥") ?? end("high", "≤") }
    return [end("low", ""), end("high", "")].compactMap { $0 }.joined(separator: "-")
  }

  /// The range that applies to a person: the normal one for their sex and age. Where that cannot be told, all of them, each with whom
  /// it is for: nobody then takes one for another.
  static func applying(to person: FHIRPersonFacts, of element: XMLElement, beside value: XMLElement?) -> String? {
    let all = element.all("referenceRange").map { Candidate($0, person, value) }
    let normal = all.filter { $0.meaning == .normal }
    let candidates = (normal.isEmpty ? all.filter { $0.meaning != .critical } : normal)
      .filter { $0.text != nil && $0.fit != .no }
    let certain = candidates.filter { $0.fit == .yes }
    if let most = certain.map(\.precision).max() {
      let best = certain.filter { $0.precision == most }
      if best.allSatisfy({ $0.text == best[0].text }) { return best[0].text }
      return joined(best)
    }
    return candidates.count == 1 && candidates[0].audience == nil ? candidates[0].text : joined(candidates)
  }

  /// The ranges that say something else than what is normal (when a value is critical, what a treatment aims at), each with what it
  /// says: words beside the result.
  static func others(of element: XMLElement, for person: FHIRPersonFacts, beside value: XMLElement?) -> [String] {
    let all = element.all("referenceRange").map { ($0, Candidate($0, person, value)) }
    let hasNormal = all.contains { $0.1.meaning == .normal }
    return all.compactMap { range, candidate in
      guard candidate.meaning == .critical || hasNormal && candidate.meaning == .other, let text = candidate.text else {
        return nil
      }
      return (range.all("type").lazy.compactMap(\.conceptText).first ?? "") + ": " + text
    }
  }

  private static func joined(_ candidates: [Candidate]) -> String? {
    let texts = candidates.compactMap { candidate in
      candidate.text.map { text in candidate.audience.map { "\($0): \(text)" } ?? text }
    }
    return texts.isEmpty ? nil : texts.joined(separator: "; ")
  }

  /// One referenceRange, and whether it is for a person.
  private struct Candidate {
    enum Meaning {
      case normal, other, critical
    }

    enum Fit {
      case yes, no, unknown
    }

    var text: String?
    var meaning: Meaning
    var fit = Fit.yes
    /// How many things of the person it asks for.
    var precision = 0
    /// Whom it is for, in words.
    var audience: String?

    init(_ range: XMLElement, _ person: FHIRPersonFacts, _ value: XMLElement?) {
      let codes = range.all("type").flatMap(\.codes).map { $0.identifier.lowercased() }
      meaning =
        codes.isEmpty || codes.contains("normal") ? .normal : codes.contains("critical") ? .critical : .other
      text = FHIRRange.text(of: range).map { $0 + Candidate.foreignUnit(of: range, value) }
      text = text ?? range.value("text") ?? range.first("normalValue")?.conceptText
      var audiences: [String] = []
      for group in range.all("appliesTo") { add(group, person, &audiences) }
      if let years = range.first("age") { add(age: years, person, &audiences) }
      audience = audiences.isEmpty ? nil : audiences.joined(separator: " ")
    }

    private mutating func add(_ group: XMLElement, _ person: FHIRPersonFacts, _ audiences: inout [String]) {
      precision += 1
      let spellings = group.codes.flatMap { [$0.identifier, $0.display] } + [group.value("text")]
      guard let sex = spellings.lazy.compactMap({ $0.flatMap(FHIRCodes.sex) }).first else {
        if let words = group.conceptText { audiences.append(words) }
        return doubt()
      }
      audiences.append(sex == .male ? "男" : "女")
      guard let own = person.sex else { return doubt() }
      if own != sex { fit = .no }
    }

    private mutating func add(age: XMLElement, _ person: FHIRPersonFacts, _ audiences: inout [String]) {
      precision += 1
      if let words = FHIRRange.text(of: age) { audiences.append(words + (FHIRRange.unit(of: age) ?? "")) }
      guard let own = person.age else { return doubt() }
      if let low = Candidate.years(age.first("low")), own < low.number { fit = .no }
      // Who is 17 is 17 until the next birthday.
      if let high = Candidate.years(age.first("high")), own >= high.number + high.unit { fit = .no }
    }

    private mutating func doubt() { if fit == .yes { fit = .unknown } }

    private static func years(_ quantity: XMLElement?) -> (number: Double, unit: Double)? {
      guard let quantity, let number = quantity.value("value").flatMap(NumericText.decimal) else { return nil }
      let unit: Double =
        switch quantity.value("code") ?? quantity.value("unit") {
        case "mo", "month", "months": 1 / 12
        case "wk", "week", "weeks": 7 / 365.25
        case "d", "day", "days": 1 / 365.25
        case "h", "hour", "hours": 1 / 8766
        default: 1
        }
      return (number * unit, unit)
    }

    /// Bounds in another unit than the value's carry it, so that nobody compares them as they are.
    private static func foreignUnit(of range: XMLElement, _ value: XMLElement?) -> String {
      guard let bound = range.first("low") ?? range.first("high"), let unit = FHIRRange.unit(of: bound), let value
      else {
        return ""
      }
      let own = [value.value("code"), value.value("unit")].compactMap { $0 }
      let theirs = [bound.value("code"), bound.value("unit")].compactMap { $0 }
      return own.isEmpty || theirs.contains(where: own.contains) ? "" : " " + unit
    }
  }
}
