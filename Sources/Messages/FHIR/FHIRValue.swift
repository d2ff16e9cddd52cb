import Clinical
import XMLReading

/// value[x] → value.
extension FHIRMessageReader {
  /// Reads the value as it was sent. A reason for its absence leaves no value.
  ///
  /// - Returns: what else is said of the value, for people.
  mutating func readValue(of element: XMLElement, into observation: inout Observation) -> [String] {
    // R4 carries R5's kinds of value in an extension.
    guard let value = element.choice("value") ?? element.extended("Observation.value") else { return [] }
    if let other = element.children.lazy.filter({ $0.isChoice(of: "value") }).dropFirst().first {
      // FHIR allows one: which of two the sender means nobody can tell.
      note(.unreadableNumber, "value[x] stands more than once: none is taken; send the one that is meant", at: other)
      return []
    }
    var others: [String] = []
    switch value.name {
    case "valueQuantity", "valueAge", "valueDuration", "valueMoney": readQuantity(value, into: &observation)
    case "valueCodeableConcept", "valueCoding": others = readConcept(value, into: &observation)
    case "valueRange": set(FHIRRange.text(of: value), .structured, FHIRRange.unit(of: value), in: &observation)
    case "valueRatio": readRatio(value, into: &observation)
    case "valueTime", "valueDateTime", "valueInstant", "valueDate": set(value.filled("value"), .time, in: &observation)
    case "valuePeriod":
      let ends = [value.value("start"), value.value("end")]
      if ends.contains(where: { $0 != nil }) {
        set(ends.map { $0 ?? ".." }.joined(separator: "/"), .time, in: &observation)
      }
    case "valueSampledData": set("SampledData", .attachment, in: &observation)
    case "valueAttachment":
      if let text = FHIRAttachment.text(of: value) {
        set(text, .text, in: &observation)
      } else {
        set(FHIRAttachment.name(of: value), .attachment, in: &observation)
      }
    case "valueReference":
      set(value.value("display") ?? value.value("reference"), .text, in: &observation)
    default: readWords(value.attribute("value"), into: &observation)
    }
    if observation.valueKind == .none { noteUnread(value) }
    return others
  }

  /// What stands in a value and was not understood. An extension alone says why there is none.
  private mutating func noteUnread(_ value: XMLElement) {
    if value.attribute("value").map({ Filler.value($0) == nil }) ?? false { return }
    guard value.attribute("value") != nil || value.children.contains(where: { $0.name != "extension" }) else { return }
    note(.unreadableNumber, "a value[x] of which nothing could be read", at: value)
  }

  private func set(
    _ value: String?, _ kind: Observation.ValueKind, _ unit: String? = nil, in observation: inout Observation
  ) {
    guard let value else { return }
    observation.value = value
    observation.valueKind = kind
    observation.unit = unit
  }

  /// valueString, valueInteger, valueBoolean: a number is a quantity, whatever type it was sent in, and a dash an answer.
  private func readWords(_ words: String?, into observation: inout Observation) {
    guard let text = words.flatMap({ Filler.answer($0) }) else { return }
    if let quantity = QuantityText(text) {
      return set(quantity.number, .quantity, quantity.unit, in: &observation)
    }
    set(text, ObservationValue.kind(of: text), in: &observation)
  }

  private mutating func readQuantity(_ quantity: XMLElement, into observation: inout Observation) {
    guard let number = FHIRRange.number(of: quantity) else { return }
    let kind = ObservationValue.kind(of: number)
    set(number, kind, FHIRRange.unit(of: quantity), in: &observation)
    if kind == .text {
      note(.unreadableNumber, "a Quantity whose value is no number: send valueString for words", at: quantity)
    } else if observation.unit == nil {
      note(.missingUnit, "a Quantity without unit and code: send the unit, 1 where there is none", at: quantity)
    }
  }

  /// The display of the first coding, else the words, else the code. Words that say more than the display stand for it.
  private func readConcept(_ concept: XMLElement, into observation: inout Observation) -> [String] {
    let words = concept.first("text")?.attribute("value").flatMap { Filler.answer($0) }
    let codings = concept.name == "valueCoding" ? [concept] : concept.all("coding")
    guard var code = codings.lazy.compactMap(\.codes.first).first else {
      readWords(words, into: &observation)
      return []
    }
    if code.display == nil { code.display = words }
    var shown = code.display ?? code.identifier
    if let words, words.count > shown.count, words.lowercased().contains(shown.lowercased()) { shown = words }
    set(shown, .coded, in: &observation)
    observation.valueCode = code
    let others = [words] + codings.map { $0.value("display") }
    let known = shown.lowercased()
    return others.compactMap { $0 }.filter { !known.contains($0.lowercased()) }
  }

  /// `1:128`; a quantity where nothing, or one of a unit, stands below: `5 mg` per `1 L` is 5 mg/L.
  private mutating func readRatio(_ ratio: XMLElement, into observation: inout Observation) {
    let parts = [ratio.first("numerator"), ratio.first("denominator")]
    let numbers = parts.map { $0.flatMap { FHIRRange.number(of: $0) } }
    let units = parts.map { $0.flatMap { FHIRRange.unit(of: $0) } }
    guard let numerator = numbers[0] else { return }
    let unit = units[1].map { (units[0] ?? "1") + "/" + $0 } ?? units[0]
    guard let denominator = numbers[1] else {
      return set(numerator, ObservationValue.kind(of: numerator), unit, in: &observation)
    }
    if units[1] != nil, NumericText(denominator)?.number == 1 {
      return set(numerator, ObservationValue.kind(of: numerator), unit, in: &observation)
    }
    set("\(numerator):\(denominator)", .structured, unit, in: &observation)
  }

  /// The codes of an interpretation are flags; words alone, or beside a code, are a note.
  mutating func readInterpretation(of element: XMLElement, into observation: inout Observation) -> [String] {
    var words: [String] = []
    for interpretation in element.all("interpretation") {
      let codings = interpretation.all("coding")
      let standard = codings.filter { $0.value("system").map(FHIRCodes.isInterpretationSystem) ?? false }
      for coding in standard.isEmpty ? codings : standard {
        guard let flag = FHIRCodes.flag(coding), !observation.flags.contains(flag) else { continue }
        observation.flags.append(flag)
      }
      guard let text = interpretation.value("text") else { continue }
      if !codings.contains(where: { $0.value("display") == text || $0.value("code") == text }) { words.append(text) }
    }
    return words
  }
}
