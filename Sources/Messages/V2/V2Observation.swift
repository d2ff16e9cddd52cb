import Clinical
import Glibc
import XMLReading

/// OBX → observation.
enum V2Observation {
  /// What an OBX is to its report.
  enum Role {
    case finding
    /// What it means, and what to do.
    case opinion
    /// With what and where it was done.
    case beside
  }

  /// - Parameter line: the text before it, which an OBX that names nothing goes on with.
  /// - Returns: nil (with a finding) when the segment names nothing that was observed.
  static func read(
    _ obx: V2Segment, into observation: inout Observation, after line: Observation?,
    _ notes: inout ReadingNotes
  ) -> Role? {
    var role = Role.finding
    if let field = obx.field(3), let code = code(obx, field, into: &observation, &role) {
      observation.code = code
      observation.translations = alternates(obx, field)
    } else if let line, line.valueKind == .text {
      observation.code = line.code
      observation.translations = line.translations
      observation.subID = line.subID
    } else {
      notes.note(.missingCode, "OBX-3 is empty: nothing says what was observed", at: obx.element)
      return nil
    }
    if let subID = obx.words(4) { observation.subID = subID + observation.subID }
    observation.unit = obx.field(6).flatMap { unit(obx, $0) }
    for number in [3, 6] where obx.repeats(number) {
      notes.note(.leftAside, "OBX-\(number) is repeated: the first counts", at: obx.place(number))
    }
    readValue(obx, into: &observation, &notes)
    observation.referenceRange = range(obx, &notes)
    observation.flags = obx.repetitions(8).compactMap { flag in
      obx.words(flag, 1) ?? obx.words(flag, 4) ?? obx.words(flag, 2)
    }
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
    observation.bodySite = obx.code(20)
    if role == .finding, isImpression(observation.code, observation.valueKind) { role = .opinion }
    observation.isImpression = role != .finding
    return role
  }

  /// What was observed. A suffix (`71020&IMP`, HL7 v2 7.1.3) says which part of the report it is: it stands in the sub-id, so that an
  /// addendum replaces nothing but an addendum; alone it is the code.
  private static func code(
    _ obx: V2Segment, _ field: XMLElement.ID, into observation: inout Observation, _ role: inout Role
  ) -> Code? {
    guard var code = obx.code(field) else { return nil }
    let sign = obx.separators.subcomponent
    guard code.identifier.utf8.contains(where: { $0 == UInt8(ascii: "&") || $0 == sign }) else { return code }
    let whole = code.identifier
    guard let separator = whole.utf8.lastIndex(where: { $0 == UInt8(ascii: "&") || $0 == sign }) else { return code }
    let suffix = whole[whole.utf8.index(after: separator)...].uppercased()
    guard let part = self.role(ofSuffix: suffix) else { return code }
    role = part
    code.identifier = suffix
    if let identifier = Filler.value(whole[..<separator]) {
      code.identifier = identifier
      observation.subID = "&" + suffix
    }
    return code
  }

  /// Which part of a narrative report a suffix names (HL7 v2, 7.1.3); nil for one that is none.
  private static func role(ofSuffix suffix: String) -> Role? {
    switch suffix {
    // General and secondary description, addendum, other, technician's comment, comparison.
    case "GDT", "MDT", "ADT", "OTH", "TCM", "CMR", "CMC": .finding
    // Impression, recommendation, confirming procedures.
    case "IMP", "REC", "CNF": .opinion
    // Medication, site, device and its number, comparison study and its time.
    case "MED", "ANT", "DEV", "SER", "CMS", "CMT": .beside
    default: nil
    }
  }

  private static func alternates(_ obx: V2Segment, _ field: XMLElement.ID) -> [Code] {
    var codes = obx.alternates(field)
    for index in codes.indices {
      let parts = codes[index].identifier.split(separator: "&")
      if parts.count == 2, role(ofSuffix: parts[1].uppercased()) != nil { codes[index].identifier = String(parts[0]) }
    }
    return codes
  }

  /// OBX-23 (XON.10, else XON.3), else OBX-15.
  private static func performer(_ obx: V2Segment) -> OrganizationReference? {
    let organization = obx.field(23).flatMap(obx.tree.organization)
    if let organization, organization.identifier != nil {
      return organization
    }
    if let code = obx.code(15) {
      return OrganizationReference(identifier: code.identifier, name: code.display)
    }
    return organization
  }

  /// OBX-6: the code of UCUM, else the first that is there. A power that nobody escaped (`10^9/L`, `m^2`) looks like two components.
  private static func unit(_ obx: V2Segment, _ field: XMLElement.ID) -> String? {
    if obx.tree.isText(field) { return Filler.value(obx.whole(field)) }
    let (first, second) = (obx.words(field, 1), obx.words(field, 2))
    let (base, exponent) = first == nil ? (second, obx.words(field, 3)) : (first, second)
    if let base, let exponent, isPower(base, exponent) {
      return base + String(V2Text.sign(obx.separators.component)) + exponent
    }
    var code = first ?? second
    if obx.tree.child(4, of: field) != nil || code == nil {
      let alternate = obx.words(field, 4) ?? obx.words(field, 5)
      let isAlternate = isUCUM(obx.words(field, 6)) && !isUCUM(obx.words(field, 3))
      code = isAlternate ? alternate ?? code : code ?? alternate
    }
    return (code ?? obx.words(field, 9)).map {
      obx.separators.escape == V2Separators.none ? $0 : V2Escape.text($0, obx.separators)
    }
  }

  /// OBX-7, whole; but what begins with an empty component or a sign of comparison alone is no text that was cut.
  private static func range(_ obx: V2Segment, _ notes: inout ReadingNotes) -> String? {
    guard let field = obx.field(7) else { return nil }
    guard obx.tree.hasNumberedChildren(field) else { return obx.words(7) }
    let first = obx.words(field, 1)
    if let first, !["<", ">", "<=", ">=", "≤", "≥"].contains(first) { return obx.words(7) }
    notes.note(.leftAside, "OBX-7 is a text and has no components: send the range as low-high", at: obx.place(7))
    return first
  }

  private static func isUCUM(_ system: String?) -> Bool {
    guard let system = system?.uppercased() else { return false }
    return system == "UCUM" || system == "HTTP://UNITSOFMEASURE.ORG" || system == "2.16.840.1.113883.6.8"
  }

  /// Whether the first part ends in what is raised to a power, and the second begins with an exponent and ends or goes on as a unit does.
  static func isPower(_ first: String, _ second: String) -> Bool {
    let exponent = second.utf8.drop { $0 == 43 || $0 == 45 }.prefix { $0 >= 48 && $0 <= 57 }
    guard (1...2).contains(exponent.count) else { return false }
    let next = second.utf8[exponent.endIndex...].first
    if first.hasSuffix("10") {
      let before = first.utf8.dropLast(2).last
      return before.map { $0 < 48 || $0 > 57 } ?? true
    }
    // Squares and cubes of lengths: `mL/min/1.73m^2`.
    return first.utf8.last == UInt8(ascii: "m") && (exponent.elementsEqual([50]) || exponent.elementsEqual([51]))
      && next.map { "/.*) }".utf8.contains($0) } ?? true
  }

  /// An opinion, not a finding: LOINC 19005-8, `IMP` as the code, or the words Chinese senders use.
  private static func isImpression(_ code: Code, _ kind: Observation.ValueKind) -> Bool {
    guard kind == .text || kind == .coded else { return false }
    if code.identifier == "19005-8" || code.identifier == "IMP" { return true }
    guard kind == .text, let name = code.display else { return false }
    return name.withCString { name in impressionWords.contains { strstr(name, $0) != nil } }
  }

  private static let impressionWords = [
    "印象", "影像诊断", "检查诊断", "诊断意见", "检查意见", "检查结论", "诊断结论", "检查提示", "主观提示",
  ]
}
