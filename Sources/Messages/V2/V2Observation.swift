import Clinical
import Glibc
import XMLReading

/// OBX → observation.
enum V2Observation {
  /// - Returns: false (with a finding) when the segment names nothing that was observed.
  static func read(_ obx: V2Segment, into observation: inout Observation, _ notes: inout ReadingNotes) -> Bool {
    let tree = obx.tree
    guard let field = obx.field(3), let code = tree.code(field) else {
      notes.note(.missingCode, "OBX-3 is empty: nothing says what was observed", at: obx.element)
      return false
    }
    observation.code = code
    observation.translations = tree.alternates(field)
    observation.subID = obx.text(4) ?? ""
    readValue(obx, into: &observation, &notes)
    observation.unit = obx.text(6) ?? obx.text(6, 2)
    observation.referenceRange = obx.text(7)
    observation.flags = obx.repetitions(8).compactMap { tree.text($0) }
    if let status = obx.text(11) {
      if status == "D" || status == "W" {
        observation.isRemoved = true
      } else {
        observation.status = V2Tables.observationStatus(status)
        if observation.status == nil {
          observation.status = .unknown
          notes.note(
            .unknownCode, "OBX-11 is not in HL7 table 0085: send F, C, P, X…", at: obx.place(11))
        }
      }
    }
    observation.observed = notes.instant(obx, 14)
    observation.performer = performer(obx)
    observation.method = obx.text(17, 2) ?? obx.text(17)
    observation.bodySite = obx.field(20).flatMap(tree.code)
    observation.isImpression = observation.valueKind == .text && isImpression(tree, field, code)
    return true
  }

  /// OBX-23 (XON.10, else XON.3), else OBX-15.
  private static func performer(_ obx: V2Segment) -> OrganizationReference? {
    let organization = obx.field(23).flatMap(obx.tree.organization)
    if let organization, organization.identifier != nil {
      return organization
    }
    if let code = obx.field(15).flatMap(obx.tree.code) {
      return OrganizationReference(identifier: code.identifier, name: code.display)
    }
    return organization
  }

  private static func readValue(_ obx: V2Segment, into observation: inout Observation, _ notes: inout ReadingNotes) {
    let tree = obx.tree
    guard let first = obx.field(5) else { return }
    switch obx.text(2) ?? "" {
    case "NM":
      observation.value = tree.text(first)
      observation.valueKind = ObservationValue.kind(of: observation.value)
      if observation.valueKind == .text {
        notes.note(.unreadableNumber, "OBX-2 says NM and OBX-5 is no number: send ST or SN for words", at: tree[first])
      }
    case "SN":
      observation.value = structuredNumber(tree, first)
      observation.valueKind = ObservationValue.kind(of: observation.value)
      if observation.valueKind == .text { observation.valueKind = .structured }
    case "CE", "CWE", "CNE", "CF", "IS", "ID":
      guard let code = tree.code(first) else { return }
      observation.valueCode = code
      observation.value = obx.repetitions(5).compactMap { tree.code($0).map { $0.display ?? $0.identifier } }.joined(
        separator: "; ")
      observation.valueKind = .coded
    case "DT", "TM", "TS", "DTM":
      observation.value = tree.text(first)
      observation.valueKind = observation.value == nil ? .none : .time
    case "ED":
      let parts = [tree.text(first, 2), tree.text(first, 3)].compactMap { $0 }
      observation.value = parts.isEmpty ? "document" : parts.joined(separator: "/")
      observation.valueKind = .attachment
    case "RP":
      observation.value = tree.text(first)
      observation.valueKind = observation.value == nil ? .none : .attachment
    default:
      let lines = obx.repetitions(5).compactMap { tree.text($0) }
      if lines.isEmpty { return }
      observation.value = lines.joined(separator: "\n")
      observation.valueKind = ObservationValue.kind(of: observation.value)
    }
  }

  /// SN: comparator, number, separator, number: `<0.01`, `1:128`, `3-5`, `2+`.
  private static func structuredNumber(_ tree: XMLTree, _ field: XMLElement.ID) -> String? {
    var text = ""
    // `-` is a separator here and a filler elsewhere, so these components are read as they stand.
    for number in 1...4 {
      guard let part = tree.component(number, of: field).flatMap(tree.verbatim), !(number == 1 && part == "=") else {
        continue
      }
      text += part.filter { !$0.isWhitespace }
    }
    return Filler.value(text)
  }

  /// The Study Instance UID in the WADO address of an RP value.
  static func studyUID(inPointer obx: V2Segment) -> String? {
    guard obx.text(2) == "RP", let pointer = obx.text(5) else { return nil }
    for key in ["studyUID=", "StudyInstanceUID=", "/studies/"] {
      guard let range = pointer.firstRange(of: key) else { continue }
      let uid = pointer[range.upperBound...].prefix { $0.isNumber || $0 == "." }
      if uid.contains(".") { return String(uid) }
    }
    return nil
  }

  /// An opinion, not a finding: OBX-3 suffix `&IMP` (HL7 v2 7.1.3), LOINC 19005-8, or the words Chinese senders use.
  private static func isImpression(_ tree: XMLTree, _ field: XMLElement.ID, _ code: Code) -> Bool {
    if let first = tree.component(1, of: field), tree.text(first, 2) == "IMP" { return true }
    if code.identifier == "IMP" || code.identifier == "19005-8" { return true }
    guard let name = code.display else { return false }
    return name.withCString { name in impressionWords.contains { strstr(name, $0) != nil } }
  }

  private static let impressionWords = [
    "印象", "影像诊断", "检查诊断", "诊断意见", "检查意见", "检查结论", "诊断结论", "检查提示", "主观提示",
  ]

  /// NTE after an OBX is a note; a short one that ends in `HR` is the printed recognition mark 互认标识.
  static func annotate(_ observation: inout Observation, _ notes: [V2Segment]) {
    let texts = notes.flatMap { note in note.repetitions(3).compactMap { note.tree.text($0) } }
    if let mark = texts.first(where: { $0.hasSuffix("HR") && $0.count <= 12 }) { observation.recognitionMark = mark }
    let remarks = texts.filter { $0 != observation.recognitionMark }
    observation.note = remarks.isEmpty ? nil : remarks.joined(separator: "\n")
  }
}
