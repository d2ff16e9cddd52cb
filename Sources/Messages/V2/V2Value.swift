import Clinical
import XMLReading

/// OBX-5, by the type that OBX-2 gives it; what does not keep to its type is read as what it is. All repetitions are read, and no
/// part of one is left out.
extension V2Observation {
  static func readValue(_ obx: V2Segment, into observation: inout Observation, _ notes: inout ReadingNotes) {
    guard let first = obx.field(5) else { return }
    let type = obx.text(2) ?? ""
    switch type {
    case "NM":
      readWords(obx, into: &observation)
      if observation.valueKind == .text, let value = observation.value, !Filler.isDash(value) {
        notes.note(.unreadableNumber, "OBX-2 says NM and OBX-5 is no number: send ST or SN for words", at: obx.place(5))
      }
    case "ST", "TX", "FT": readText(obx, into: &observation)
    case "SN": readStructured(obx, first, into: &observation)
    case "NR": readRange(obx, first, into: &observation)
    case "CQ": readQuantity(obx, first, into: &observation, &notes)
    case "CE", "CWE", "CNE", "CF": readCodes(obx, into: &observation)
    // Codes without components.
    case "IS", "ID":
      let isText = obx.repetitions(5).contains { obx.tree.hasNumberedChildren($0) }
      if isText { readText(obx, into: &observation) } else { readCodes(obx, into: &observation) }
    case "DT", "TM", "TS", "DTM":
      observation.value = obx.words(5)
      observation.valueKind = observation.value == nil ? .none : .time
    case "ED": readDocument(obx, first, into: &observation)
    case "RP": readPointers(obx, into: &observation)
    // Without a type, or of one that says nothing of how it is read: a code where it looks like one, else words.
    default: readText(obx, into: &observation)
    }
  }

  private static func readWords(_ obx: V2Segment, into observation: inout Observation) {
    observation.value = obx.answer(5)
    observation.valueKind = ObservationValue.kind(of: observation.value)
  }

  /// Words; but a code with its words and the name of its system is one whatever OBX-2 says, and a PDF is no text.
  private static func readText(_ obx: V2Segment, into observation: inout Observation) {
    readWords(obx, into: &observation)
    guard observation.valueKind == .text, let text = observation.value else { return }
    if text.utf8.starts(with: "JVBERi0".utf8) {
      observation.value = "application/pdf"
      observation.valueKind = .attachment
    } else if let code = code(in: text, obx.separators) {
      observation.valueCode = code
      observation.value = code.display ?? code.identifier
      observation.valueKind = .coded
    }
  }

  /// `10828004^Positive^SCT`: an identifier, words and a system of HL7 table 0396.
  private static func code(in text: String, _ separators: V2Separators) -> Code? {
    let component = separators.component
    guard component != V2Separators.none, text.utf8.count < 1000, text.utf8.contains(component) else { return nil }
    let parts = text.utf8.split(separator: component, omittingEmptySubsequences: false).map {
      Filler.value(String($0) ?? "")
    }
    guard parts.count >= 3, let identifier = parts[0], !identifier.utf8.contains(UInt8(ascii: " ")),
      let words = parts[1],
      let system = parts[2], V2Tables.isCodingSystem(system)
    else { return nil }
    return Code(identifier, display: words, system: system)
  }

  /// SN: comparator, number, separator, number: `<0.01`, `1:128`, `3-5`, `2+`.
  private static func readStructured(_ obx: V2Segment, _ first: XMLElement.ID, into observation: inout Observation) {
    let pieces = obx.repetitions(5).map { structuredNumber(obx, $0) }.filter { !$0.isEmpty }
    observation.value = Filler.answer(V2Text.joined(pieces))
    observation.valueKind = ObservationValue.kind(of: observation.value)
    if observation.valueKind == .text { observation.valueKind = .structured }
  }

  private static func structuredNumber(_ obx: V2Segment, _ field: XMLElement.ID) -> String {
    let tree = obx.tree
    guard tree.hasNumberedChildren(field) else { return obx.whole(field) }
    // `-` is a separator here and a filler elsewhere, so the components are read as they stand; `=` says nothing.
    var text = ""
    for child in tree[field].children where child.number > 0 {
      let part = tree.whole(child.id, obx.separators, isComponent: true).filter { !$0.isWhitespace }
      if part == "\"\"" || child.number == 1 && part == "=" { continue }
      text += part
    }
    return text
  }

  /// NR: low and high.
  private static func readRange(_ obx: V2Segment, _ first: XMLElement.ID, into observation: inout Observation) {
    guard obx.tree.repetition(after: first) == nil, let low = obx.words(first, 1), let high = obx.words(first, 2) else {
      return readWords(obx, into: &observation)
    }
    observation.value = low + "-" + high
    observation.valueKind = .structured
  }

  /// CQ: a number and its unit.
  private static func readQuantity(
    _ obx: V2Segment, _ first: XMLElement.ID, into observation: inout Observation, _ notes: inout ReadingNotes
  ) {
    guard obx.tree.repetition(after: first) == nil, let number = obx.words(first, 1), let unit = obx.text(5, 2) else {
      return readWords(obx, into: &observation)
    }
    observation.value = number
    observation.valueKind = ObservationValue.kind(of: number)
    if let stated = observation.unit, stated != unit {
      notes.note(.leftAside, "OBX-5 and OBX-6 name two units: the one in OBX-6 counts", at: obx.element)
    }
    observation.unit = observation.unit ?? unit
  }

  private static func readCodes(_ obx: V2Segment, into observation: inout Observation) {
    let codes = obx.repetitions(5).compactMap { field in
      obx.code(field).map { (code: $0, words: $0.display ?? obx.alternates(field).lazy.compactMap(\.display).first) }
    }
    guard let first = codes.first, !isText(first.code, obx) else { return readWords(obx, into: &observation) }
    // A number with a unit is none of a code list.
    if codes.count == 1, first.words == nil, first.code.system == nil, observation.unit != nil,
      NumericText(first.code.identifier) != nil
    {
      return readWords(obx, into: &observation)
    }
    observation.valueCode = first.code
    observation.value = codes.map { $0.words ?? $0.code.identifier }.joined(separator: "; ")
    observation.valueKind = .coded
  }

  /// Words that a sign which nobody escaped cut in two: a power (`>10^5 CFU/mL`), or a `^` between blanks.
  private static func isText(_ code: Code, _ obx: V2Segment) -> Bool {
    guard code.system == nil, let words = code.display else { return false }
    if isPower(code.identifier, words) { return true }
    let sign = String(V2Text.sign(obx.separators.component))
    return obx.whole(5).map { $0.contains(" " + sign) || $0.contains(sign + " ") } ?? false
  }

  /// ED: application, type, subtype, encoding, data. A text that is not encoded is read.
  private static func readDocument(_ obx: V2Segment, _ first: XMLElement.ID, into observation: inout Observation) {
    let type = [obx.words(first, 2), obx.words(first, 3)].compactMap { $0 }
    let isText = ["TEXT", "TX", "FT"].contains(obx.words(first, 2)?.uppercased() ?? "")
    if isText, ["A", ""].contains(obx.words(first, 4)?.uppercased() ?? ""), let text = documentText(obx, first) {
      observation.value = text
      observation.valueKind = .text
      return
    }
    let isEmpty = obx.whole(5)?.filled == nil
    observation.value = isEmpty ? nil : type.isEmpty ? "document" : type.joined(separator: "/")
    observation.valueKind = isEmpty ? .none : .attachment
  }

  /// ED-5 and what an unescaped separator cut from it.
  private static func documentText(_ obx: V2Segment, _ first: XMLElement.ID) -> String? {
    var parts: [String] = []
    for child in obx.tree[first].children where child.number >= 5 {
      parts.append(obx.tree.whole(child.id, obx.separators, isComponent: true))
    }
    let further = obx.repetitions(5).dropFirst().map(obx.whole)
    let text = parts.joined(separator: String(V2Text.sign(obx.separators.component)))
    return Filler.value(V2Text.joined([text] + further))
  }

  /// RP: the addresses, each whole.
  private static func readPointers(_ obx: V2Segment, into observation: inout Observation) {
    let addresses = obx.repetitions(5).compactMap { obx.words($0, 1) }
    observation.value = addresses.isEmpty ? nil : addresses.joined(separator: "\n")
    observation.valueKind = addresses.isEmpty ? .none : .attachment
  }
}
