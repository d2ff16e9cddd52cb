import Clinical
import XMLReading

/// What an observation's `value` says, by its datatype (`xsi:type`), or by its shape where none is given.
struct V3Value {
  var kind: Observation.ValueKind = .none
  var value: String?
  var code: Code?
  var unit: String?

  init(_ element: XMLElement, _ narrative: Narrative?, notes: inout ReadingNotes) {
    switch V3Value.type(of: element) {
    case "PQ", "REAL", "INT", "MO", "PPD_PQ": readQuantity(element, notes: &notes)
    case "IVL_PQ", "IVL_REAL", "IVL_INT", "IVL_PPD_PQ", "URG_PQ": readInterval(element, notes: &notes)
    case "RTO", "RTO_PQ_PQ", "RTO_INT_INT", "RTO_QTY_QTY": readRatio(element)
    case "CD", "CE", "CV", "CO", "CS", "SC_CODE": readCode(element, narrative)
    case "BL", "BN": setText(element.words, kind: .coded)
    case "TS", "IVL_TS", "PIVL_TS":
      setText(element.words ?? (element.first("low") ?? element.first("high"))?.words, kind: .time)
    case "ED": readData(element, narrative)
    default: readText(element, narrative)
    }
  }

  /// The datatype without a prefix; guessed from the shape where the sender names none.
  private static func type(of element: XMLElement) -> String {
    if let type = element.stated("xsi:type") { return String(type.split(separator: ":").last ?? Substring(type)) }
    if element.first("low") != nil || element.first("high") != nil { return "IVL_PQ" }
    if element.stated("unit") != nil { return "PQ" }
    if element.stated("code") != nil { return "CD" }
    return "ST"
  }

  private mutating func setText(_ text: String?, kind: Observation.ValueKind) {
    guard let text else { return }
    value = text
    self.kind = kind
  }

  /// Words, of which some are numbers: senders write `<0.01` as ST.
  private mutating func readText(_ element: XMLElement, _ narrative: Narrative?) {
    guard let text = element.words ?? narrative?.text(referredToBy: element) else { return }
    setText(text, kind: ObservationValue.kind(of: text))
    unit = element.stated("unit")
  }

  private mutating func readQuantity(_ element: XMLElement, notes: inout ReadingNotes) {
    let (number, unit) = V3Value.quantity(element)
    self.unit = unit
    guard let text = number ?? element.words else { return }
    setText(text, kind: ObservationValue.kind(of: text))
    if kind == .text {
      notes.note(.unreadableNumber, "a quantity that is no number: send words as ST", at: element)
    }
  }

  /// Number and unit of a PQ. A unit outside UCUM stands, with its number, in the translation of a null flavour
  /// (C-CDA).
  private static func quantity(_ element: XMLElement) -> (number: String?, unit: String?) {
    if let number = element.stated("value") {
      return (number, element.stated("unit") ?? translatedUnit(element))
    }
    for translation in element.all("translation") {
      if let number = translation.stated("value") {
        return (number, translation.stated("unit") ?? unitWords(translation))
      }
    }
    return (nil, element.stated("unit"))
  }

  private static func translatedUnit(_ element: XMLElement) -> String? {
    element.all("translation").lazy.compactMap(unitWords).first
  }

  private static func unitWords(_ translation: XMLElement) -> String? {
    translation.first("originalText")?.words ?? translation.stated("code") ?? translation.displayName
  }

  private mutating func readInterval(_ element: XMLElement, notes: inout ReadingNotes) {
    guard let interval = V3Interval(element) else { return readQuantity(element, notes: &notes) }
    unit = interval.unit
    switch (interval.low, interval.high) {
    case (let low?, let high?):
      let isPoint = low.number == high.number
      setText(isPoint ? low.number : low.number + "-" + high.number, kind: isPoint ? .quantity : .structured)
    case (let low?, nil): setText((low.isInclusive ? ">=" : ">") + low.number, kind: .quantity)
    case (nil, let high?): setText((high.isInclusive ? "<=" : "<") + high.number, kind: .quantity)
    case (nil, nil): break
    }
  }

  private mutating func readRatio(_ element: XMLElement) {
    guard let numerator = element.first("numerator"), let denominator = element.first("denominator"),
      let upper = numerator.words, let lower = denominator.words
    else { return }
    setText(upper + ":" + lower, kind: .structured)
    if let upperUnit = numerator.stated("unit"), upperUnit != "1" {
      unit = denominator.stated("unit").map { $0 == "1" ? upperUnit : upperUnit + "/" + $0 } ?? upperUnit
    }
  }

  private mutating func readCode(_ element: XMLElement, _ narrative: Narrative?) {
    guard let concept = element.concept(narrative) else { return }
    let hasCode = ([element] + element.all("translation")).contains { $0.stated("code") != nil }
    setText(concept.code.display ?? concept.code.identifier, kind: hasCode ? .coded : .text)
    if hasCode { code = concept.code }
  }

  private mutating func readData(_ element: XMLElement, _ narrative: Narrative?) {
    let mediaType = element.stated("mediaType")
    let isBinary = element.stated("representation") == "B64" || !(mediaType ?? "text/plain").hasPrefix("text/")
    if isBinary { return setText(mediaType ?? "application/octet-stream", kind: .attachment) }
    let text =
      element.words ?? narrative?.text(referredToBy: element) ?? Filler.value(Narrative.squeezed(element.wholeText))
    if let text { return setText(text, kind: .text) }
    if element.first("reference")?.stated("value")?.hasPrefix("#") == false {
      setText(mediaType ?? "application/octet-stream", kind: .attachment)
    }
  }
}

/// The bounds of an IVL_PQ, IVL_REAL or IVL_INT.
struct V3Interval {
  struct Bound {
    var number: String
    /// HL7 V3: a bound belongs to the interval unless `inclusive="false"`.
    var isInclusive: Bool
  }

  var low: Bound?
  var high: Bound?
  var unit: String?

  /// - Returns: nil when neither bound is a number.
  init?(_ element: XMLElement) {
    (low, unit) = V3Interval.bound(element.first("low"))
    let (high, highUnit) = V3Interval.bound(element.first("high"))
    self.high = high
    unit = unit ?? highUnit
    if low == nil && high == nil { return nil }
  }

  private static func bound(_ element: XMLElement?) -> (Bound?, String?) {
    guard let element else { return (nil, nil) }
    let isInclusive = element.attribute("inclusive") != "false"
    if let number = element.stated("value") {
      return (Bound(number: number, isInclusive: isInclusive), element.stated("unit"))
    }
    for translation in element.all("translation") {
      if let number = translation.stated("value") {
        let unit = translation.stated("unit") ?? translation.first("originalText")?.words
        return (Bound(number: number, isInclusive: isInclusive), unit)
      }
    }
    return (nil, nil)
  }

  /// As a reference range: `low-high`, `<high`, `>low`; with the unit behind it where that is not the value's.
  func range(besideUnit valueUnit: String?) -> String? {
    let text =
      switch (low, high) {
      case (let low?, let high?): low.number + "-" + high.number
      case (let low?, nil): ">" + low.number
      case (nil, let high?): "<" + high.number
      case (nil, nil): ""
      }
    guard let unit, let valueUnit, unit != valueUnit else { return text }
    return text + " " + unit
  }
}
