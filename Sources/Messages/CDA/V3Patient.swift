import Clinical
import XMLReading

/// Reads the person of a `recordTarget`: `patientRole{id, patient{…}}` of CDA, `patient{id, patientPerson{…}}` of V3
/// messages.
enum V3Patient {
  /// - Throws: `missingPatient` when neither a number nor a name is there.
  static func read(_ target: XMLElement?, within root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Patient
  {
    guard let role = target.flatMap(role(of:)) else {
      throw Refusal(.missingPatient, "no patient: send recordTarget with patientRole", at: target ?? root)
    }
    let person = ["patient", "patientPerson", "patientPatient"].lazy.compactMap { role.first($0) }.first
    var patient = Patient()
    let ids = role.identifiers + (person?.identifiers ?? [])
    patient.identifiers = ids.compactMap { id in kind(ofRoot: id.root).map { Identifier($0, id.value) } }.unrepeated
    let names = (person?.items("name") ?? []).compactMap(PersonName.init)
    patient.name = (names.first { !$0.isSecondary } ?? names.first)?.text
    patient.otherNames = names.map(\.text).filter { $0 != patient.name }.unrepeated
    if patient.identifiers.isEmpty && patient.name == nil {
      throw Refusal(.missingPatient, "a patient without number and name: send an id in patientRole", at: role)
    }
    if let person {
      patient.sex = sex(person, notes: &notes)
      if let birth = person.first("birthTime") { patient.birthDate = notes.date(birth.words, at: birth) }
      let order = person.first("multipleBirthOrderNumber") ?? person.first("sdtc:multipleBirthOrderNumber")
      patient.birthOrder = order?.words.flatMap { Int($0) }
    }
    patient.phones = (role.items("telecom") + (person?.items("telecom") ?? [])).compactMap(phone).unrepeated
    patient.address = (role.items("addr") + (person?.items("addr") ?? [])).lazy.compactMap(address).first
    return patient
  }

  private static func role(of target: XMLElement) -> XMLElement? {
    ["patientRole", "patient", "patient1"].lazy.compactMap { target.first($0) }.first
  }

  /// What kind of number stands under a root; nil for numbers of reports, orders and specimens, which Chinese documents
  /// put beside the patient's. A root that is not known is the sender's own: `local`.
  private static func kind(ofRoot root: String?) -> Identifier.Kind? {
    switch root {
    case ChineseRoot.residentID: .residentID
    case ChineseRoot.outpatient: .outpatient
    case ChineseRoot.inpatient: .inpatient
    case ChineseRoot.healthCard: .healthCard
    case ChineseRoot.platformPatient: .local
    // Social security: the United States, Austria (ELGA), the Netherlands (BSN).
    case "2.16.840.1.113883.4.1", "1.2.40.0.10.1.4.3.1", "2.16.840.1.113883.2.4.6.3": .insurance
    case let root? where root.hasPrefix("2.16.840.1.113883.4.330"): .passport
    case let root? where ChineseRoot.isNamespace(root): nil
    default: .local
    }
  }

  private static func sex(_ person: XMLElement, notes: inout ReadingNotes) -> Sex? {
    guard let element = person.first("administrativeGenderCode"),
      let code = element.stated("code") ?? element.displayName
    else { return nil }
    if let sex = Sex(code: code) ?? element.displayName.flatMap({ Sex(code: $0) }) { return sex }
    notes.note(.unknownCode, "a sex that is not of GB/T 2261.1 or HL7 AdministrativeGender", at: element)
    return nil
  }

  private static func phone(_ telecom: XMLElement) -> String? {
    guard let value = telecom.words else { return nil }
    guard let colon = value.firstIndex(of: ":") else { return value }
    return value[..<colon].lowercased() == "tel" ? Filler.value(value[value.index(after: colon)...]) : nil
  }

  /// One line: Chinese parts from the province down without spaces, others in the order sent.
  private static func address(_ address: XMLElement) -> String? {
    let parts = address.children.compactMap { part in part.words.map { (name: part.name, words: $0) } }
    if parts.isEmpty { return address.words }
    let order = ["state", "city", "county", "township", "streetName", "houseNumber"]
    let chinese = order.flatMap { name in parts.filter { $0.name == name }.map(\.words) }
    let isHan = chinese.contains { $0.unicodeScalars.contains { $0.properties.isIdeographic } }
    return isHan ? chinese.joined() : parts.map(\.words).joined(separator: ", ")
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in the order of its first appearance.
  var unrepeated: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
