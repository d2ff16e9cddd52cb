import Clinical
import XMLReading

/// value[x] → value.
extension FHIRMessageReader {
  /// Reads the value as it was sent. A reason for its absence leaves no value.
  mutating func readValue(of element: XMLElement, into observation: inout Observation) {
    guard let value = element.choice("value") else { return }
    switch value.name {
    case "valueQuantity": readQuantity(value, into: &observation)
    case "valueCodeableConcept": readConcept(value, into: &observation)
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
    default:
      // valueString, valueInteger, valueBoolean: a number is a quantity, whatever type it was sent in.
      let text = value.filled("value")
      set(text, ObservationValue.kind(of: text), in: &observation)
    }
  }

  private func set(
    _ value: String?, _ kind: Observation.ValueKind, _ unit: String? = nil, in observation: inout Observation
  ) {
    guard let value else { return }
    observation.value = value
    observation.valueKind = kind
    observation.unit = unit
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

  /// The display of the first coding, else the words, else the code.
  private func readConcept(_ concept: XMLElement, into observation: inout Observation) {
    guard let code = concept.codes.first else { return }
    guard concept.first("coding") != nil else {
      return set(code.identifier, ObservationValue.kind(of: code.identifier), in: &observation)
    }
    set(code.display ?? code.identifier, .coded, in: &observation)
    observation.valueCode = code
  }

  /// `1:128`; the unit where the numbers have one.
  private func readRatio(_ ratio: XMLElement, into observation: inout Observation) {
    let parts = [ratio.first("numerator"), ratio.first("denominator")]
    guard let numerator = parts[0].flatMap({ FHIRRange.number(of: $0) }),
      let denominator = parts[1].flatMap({ FHIRRange.number(of: $0) })
    else { return }
    let units = parts.map { $0.flatMap { FHIRRange.unit(of: $0) } }
    let unit = units[1].map { (units[0] ?? "1") + "/" + $0 } ?? units[0]
    set("\(numerator):\(denominator)", .structured, unit, in: &observation)
  }
}

/// Quantities and the ranges made of them.
enum FHIRRange {
  /// The comparator and the number, as sent.
  static func number(of quantity: XMLElement) -> String? {
    quantity.value("value").map { (quantity.value("comparator") ?? "") + $0 }
  }

  /// The unit a person wrote; its code only where none did: the catalogue reads either, and shows what was sent.
  static func unit(of quantity: XMLElement) -> String? {
    if let low = quantity.first("low") ?? quantity.first("high") { return unit(of: low) }
    return quantity.value("unit") ?? quantity.value("code")
  }

  /// `low-high`, `<high` or `>low`.
  static func text(of range: XMLElement) -> String? {
    switch (range.first("low")?.value("value"), range.first("high")?.value("value")) {
    case (let low?, let high?): "\(low)-\(high)"
    case (let low?, nil): ">\(low)"
    case (nil, let high?): "<\(high)"
    case (nil, nil): nil
    }
  }

  /// The normal range, else one that does not say what it is, else the first. Bounds in another unit than the value's carry it,
  /// so that nobody compares them as they are.
  static func normal(of element: XMLElement, unit: String?) -> String? {
    let ranges = element.all("referenceRange")
    guard
      let range = ranges.first(where: { $0.has("normal", in: "type") })
        ?? ranges.first(where: { $0.first("type") == nil }) ?? ranges.first
    else { return nil }
    guard let bounds = text(of: range) else { return range.value("text") }
    if let own = self.unit(of: range), let unit, own != unit { return bounds + " " + own }
    return bounds
  }
}
