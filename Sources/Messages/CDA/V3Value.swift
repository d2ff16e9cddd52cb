import Clinical
import Foundation
import XMLReading

/// What an observation's `value` says, by its datatype (`xsi:type`), or by its shape where none is given.
struct V3Value {
  var kind: Observation.ValueKind = .none
  var value: String?
  var code: Code?
  var unit: String?
  /// What the coder saw, where the code's own words are others.
  var originalText: String?

  init(_ element: XMLElement, _ narrative: Narrative?, notes: inout ReadingNotes) {
    switch V3Value.type(of: element) {
    case "PQ", "REAL", "INT", "MO", "PPD_PQ", "PQR": readQuantity(element, notes: &notes)
    case "IVL_PQ", "IVL_REAL", "IVL_INT", "IVL_PPD_PQ", "IVL_MO", "URG_PQ", "URG_REAL", "URG_INT", "URG":
      readInterval(element, notes: &notes)
    case "RTO", "RTO_PQ_PQ", "RTO_INT_INT", "RTO_QTY_QTY", "RTO_MO_PQ": readRatio(element)
    case "CD", "CE", "CV", "CO", "CS", "CR", "EIVL_event": readCode(element, narrative)
    case "SC": readCodedText(element, narrative)
    case "BL", "BN": setText(element.words, kind: .coded)
    case "TS", "IVL_TS", "PIVL_TS", "EIVL_TS", "SXCM_TS", "PPD_TS", "IVL_PPD_TS": readTime(element)
    case "ED", "ST": readData(element, narrative)
    case "GLIST_PQ", "SLIST_PQ", "GLIST_TS", "SLIST_TS", "GLIST", "SLIST": readSeries(element)
    case "II": setText(InstanceIdentifier(element)?.value, kind: .text)
    case "AD", "EN", "PN", "ON", "TN", "TEL", "URL":
      setText(element.words ?? Filler.answer(element.narrativeText), kind: .text)
    default: readText(element, narrative)
    }
  }

  /// The datatypes that are told apart. Of one that is not known the shape tells.
  private static let known: Set<String> = [
    "PQ", "REAL", "INT", "MO", "PPD_PQ", "PQR", "IVL_PQ", "IVL_REAL", "IVL_INT", "IVL_PPD_PQ", "IVL_MO", "URG_PQ",
    "URG_REAL",
    "URG_INT", "URG", "RTO", "RTO_PQ_PQ", "RTO_INT_INT", "RTO_QTY_QTY", "RTO_MO_PQ", "CD", "CE", "CV", "CO", "CS", "CR",
    "SC",
    "BL", "BN", "TS", "IVL_TS", "PIVL_TS", "EIVL_TS", "SXCM_TS", "PPD_TS", "IVL_PPD_TS", "ED", "ST", "GLIST_PQ",
    "SLIST_PQ",
    "GLIST_TS", "SLIST_TS", "GLIST", "SLIST", "II", "AD", "EN", "PN", "ON", "TN", "TEL", "URL",
  ]

  /// The datatype without a prefix and, in datatypes R2, with its flavour; guessed from the shape where the sender names none.
  private static func type(of element: XMLElement) -> String {
    if let type = element.stated("xsi:type") {
      let name = String(type.split(separator: ":").last ?? Substring(type))
      // R2 writes `CD.CV`, `INT.POS`, `ST.SIMPLE`.
      for name in [name, String(name.prefix { $0 != "." })] where known.contains(name) { return name }
    }
    if element.first("numerator") != nil || element.first("denominator") != nil { return "RTO" }
    if element.first("low") != nil || element.first("high") != nil || element.first("center") != nil { return "IVL_PQ" }
    if element.stated("unit") != nil { return "PQ" }
    if element.stated("code") != nil { return element.words == nil ? "CD" : "SC" }
    if element.attribute("mediaType") != nil || element.attribute("representation") != nil { return "ED" }
    return "text"
  }

  private mutating func setText(_ text: String?, kind: Observation.ValueKind) {
    guard let text else { return }
    value = text
    self.kind = kind
  }

  /// Words, of which some are numbers: senders write `<0.01` as ST, and `5.2 mmol/L`.
  private mutating func setWords(_ text: String, unit: String?) {
    self.unit = unit
    if unit == nil, let (number, behind) = V3Value.split(text) {
      self.unit = behind
      return setText(number, kind: .quantity)
    }
    setText(text, kind: ObservationValue.kind(of: text))
  }

  /// Number and unit of words that are both, and no more: only what is surely a unit (`mmol/L`, `%`), since `H` and `L` are flags.
  private static func split(_ text: String) -> (number: String, unit: String)? {
    guard let space = text.lastIndex(of: " ") else { return nil }
    let unit = text[text.index(after: space)...]
    guard unit == "%" || unit.utf8.count <= 16 && unit.dropFirst().dropLast().contains("/") else { return nil }
    let number = text[..<space]
    return NumericText(number) == nil ? nil : (String(number.filter { $0 != " " }), String(unit))
  }

  private mutating func readText(_ element: XMLElement, _ narrative: Narrative?) {
    guard let text = element.answer ?? narrative?.text(referredToBy: element) else { return }
    setWords(text, unit: element.stated("unit"))
  }

  private mutating func readTime(_ element: XMLElement) {
    let bounds = ["low", "center", "high"].compactMap { element.first($0)?.words }
    let event = element.first("event").flatMap { $0.displayName ?? $0.stated("code") }
    setText(element.words ?? event ?? (bounds.isEmpty ? nil : bounds.unrepeated.joined(separator: "/")), kind: .time)
  }

  private mutating func readQuantity(_ element: XMLElement, notes: inout ReadingNotes) {
    let (number, unit) = V3Value.quantity(element)
    self.unit = unit ?? element.stated("currency")
    guard let text = number ?? element.answer ?? element.first("originalText")?.words else { return }
    setText(text, kind: ObservationValue.kind(of: text))
    if kind == .text {
      notes.note(.unreadableNumber, "a quantity that is no number: send words as ST", at: element)
    }
  }

  /// Number and unit of a PQ. A unit outside UCUM stands, with its number, in the translation of a null flavour
  /// (C-CDA).
  private static func quantity(_ element: XMLElement) -> (number: String?, unit: String?) {
    if let number = element.stated("value") {
      return (number, element.stated("unit") ?? translatedUnit(element, of: number))
    }
    for translation in element.all("translation") {
      if let number = translation.stated("value") {
        return (number, translation.stated("unit") ?? unitWords(translation))
      }
    }
    return (nil, element.stated("unit"))
  }

  /// That of a translation which says no other number: 30 of one unit may be 3 of another.
  private static func translatedUnit(_ element: XMLElement, of number: String) -> String? {
    element.all("translation").lazy
      .filter { $0.stated("value").map { areOne($0, number) } ?? true }
      .compactMap { $0.stated("unit") ?? unitWords($0) }.first
  }

  private static func areOne(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    guard let a = NumericText.decimal(a), let b = NumericText.decimal(b) else { return false }
    return a == b
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

  /// `1:64`. Without a denominator, or over the one that is meant where nothing is said, the numerator alone.
  private mutating func readRatio(_ element: XMLElement) {
    let numerator = element.first("numerator"), denominator = element.first("denominator")
    guard let numerator, let upper = V3Value.number(numerator) else {
      if let text = element.answer { setWords(text, unit: nil) }
      return
    }
    let upperUnit = numerator.stated("unit").flatMap { $0 == "1" ? nil : $0 }
    guard let denominator, let lower = V3Value.number(denominator) else {
      unit = upperUnit
      return setText(upper, kind: ObservationValue.kind(of: upper))
    }
    setText(upper + ":" + lower, kind: .structured)
    unit = upperUnit.map { upper in
      denominator.stated("unit").map { $0 == "1" ? upper : upper + "/" + $0 } ?? upper
    }
  }

  private static func number(_ element: XMLElement) -> String? {
    element.words ?? V3Interval(element).map { $0.range(besideUnit: nil, value: nil) }
  }

  private mutating func readCode(_ element: XMLElement, _ narrative: Narrative?) {
    guard let concept = element.concept(narrative) else {
      if let text = element.answer { setText(text, kind: .text) }
      return
    }
    let hasCode = ([element] + element.all("translation")).contains { $0.stated("code") != nil }
    setText(concept.code.display ?? concept.code.identifier, kind: hasCode ? .coded : .text)
    if hasCode { code = concept.code }
    let seen = element.originalText(narrative) ?? Filler.value(EscapedText.plain(element.text))
    if seen != value { originalText = seen }
  }

  /// Words with a code beside them.
  private mutating func readCodedText(_ element: XMLElement, _ narrative: Narrative?) {
    readText(element, narrative)
    code = element.plainCode
    if code != nil, code?.display == nil { code?.display = value }
    if code != nil { setText(value ?? code?.display ?? code?.identifier, kind: .coded) }
  }

  /// A sampled sequence: its digits, in the unit of their scale.
  private mutating func readSeries(_ element: XMLElement) {
    setText(element.first("digits")?.words ?? element.answer, kind: .text)
    unit = element.first("scale")?.stated("unit") ?? element.first("increment")?.stated("unit")
  }

  private mutating func readData(_ element: XMLElement, _ narrative: Narrative?) {
    let mediaType = element.stated("mediaType")
    let isText = (mediaType ?? "text/plain").hasPrefix("text/")
    if element.stated("representation") == "B64" || !isText {
      if isText, let text = V3Value.decoded(element.text) { return setText(text, kind: .text) }
      return setText(mediaType ?? "application/octet-stream", kind: .attachment)
    }
    // Breaks and the like are elements within the text.
    let own =
      element.children.contains { $0.name != "reference" && $0.name != "thumbnail" && $0.name != "translation" }
      ? Filler.answer(EscapedText.plain(element.narrativeText)) : element.answer
    if let text = own ?? narrative?.text(referredToBy: element) { return setWords(text, unit: element.stated("unit")) }
    if let address = element.first("reference")?.stated("value"), Narrative.id(address) == nil {
      setText(mediaType ?? "application/octet-stream", kind: .attachment)
    }
  }

  /// Words in base64.
  private static func decoded(_ text: String) -> String? {
    guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters) else { return nil }
    return String(data: data, encoding: .utf8).flatMap { Filler.answer($0) }
  }
}

extension XMLElement {
  /// As `words`, but a lone dash is the answer that it can be for a result (`Filler.answer`).
  var answer: String? {
    if let words { return words }
    return [text, attribute("value") ?? ""].first(where: Filler.isDash).flatMap(Filler.answer)
  }
}
