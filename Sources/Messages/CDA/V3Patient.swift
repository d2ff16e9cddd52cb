import Clinical
import XMLReading

/// Reads the person of a `recordTarget`: `patientRole{id, patient{…}}` of CDA, `patient{id, patientPerson{…}}` of V3
/// messages.
enum V3Patient {
  /// The patient of a document or message.
  ///
  /// - Parameters:
  ///   - targets: where it stands; the first of several places that have one.
  ///   - at: when it was said: nobody is born after.
  /// - Throws: `missingPatient` when neither a number nor a name is there, `conflictingPatient` when there are two: whose a result is nobody
  ///   could say.
  static func read(
    _ targets: [XMLElement], within root: XMLElement, at: Instant, notes: inout ReadingNotes
  ) throws(Refusal) -> Patient {
    let patient = try read(targets.first, within: root, at: at, notes: &notes)
    for target in targets.dropFirst() {
      guard let role = role(of: target) else { continue }
      let other = self.patient(of: role, within: root, at: at, notes: &notes)
      let isSame =
        other.identifiers.isEmpty && other.name == nil
        || (other.identifiers.contains(where: patient.identifiers.contains)
          || other.name != nil && other.name == patient.name)
      if !isSame {
        throw Refusal(
          .conflictingPatient, "two patients in one document: send one for each, for nothing says whose a result is",
          at: target)
      }
    }
    return patient
  }

  private static func read(
    _ target: XMLElement?, within root: XMLElement, at: Instant, notes: inout ReadingNotes
  ) throws(Refusal) -> Patient {
    guard let role = target.flatMap(role(of:)) else {
      throw Refusal(.missingPatient, "no patient: send recordTarget with patientRole", at: target ?? root)
    }
    let patient = patient(of: role, within: root, at: at, notes: &notes)
    if patient.identifiers.allSatisfy({ $0.kind == .motherResidentID }) && patient.name == nil {
      throw Refusal(.missingPatient, "a patient without number and name: send an id in patientRole", at: role)
    }
    return patient
  }

  /// What a role says of its person: numbers and the person's own data.
  static func patient(of role: XMLElement, within root: XMLElement, at: Instant, notes: inout ReadingNotes) -> Patient {
    let person = ["patient", "patientPerson", "patientPatient"].lazy.compactMap { role.first($0) }.first
    var patient = Patient()
    let others = (role.all("asOtherIDs") + (person?.all("asOtherIDs") ?? [])).flatMap { $0.items("id") }
    let ids = role.items("id") + (person?.items("id") ?? []) + others
    patient.identifiers = ids.compactMap(identifier).unrepeated
    let names = (person?.items("name") ?? []).compactMap(PersonName.init)
    let name = names.first { !$0.isSecondary } ?? names.first
    patient.name = name?.text
    patient.otherNames = names.flatMap { [$0.text] + $0.others }.filter { $0 != patient.name }.unrepeated
    if let person {
      patient.sex = sex(person, notes: &notes)
      if let birth = person.first("birthTime") { patient.birthDate = birthDate(birth, at: at, notes: &notes) }
      let order = person.first("multipleBirthOrderNumber") ?? person.first("sdtc:multipleBirthOrderNumber")
      patient.birthOrder = order?.words.flatMap(NumericText.count)
      for mother in mothers(of: person, within: root) { add(mother, to: &patient) }
    }
    patient.phones = (role.items("telecom") + (person?.items("telecom") ?? [])).compactMap(phone).unrepeated
    patient.address = (role.items("addr") + (person?.items("addr") ?? [])).lazy.compactMap(address).first
    return patient
  }

  private static func role(of target: XMLElement) -> XMLElement? {
    ["patientRole", "patient", "patient1"].lazy.compactMap { target.first($0) }.first
  }

  private static func identifier(_ element: XMLElement) -> Identifier? {
    guard let id = InstanceIdentifier(element), let kind = kind(of: id, element) else { return nil }
    return Identifier(kind, id.value, assigner: kind.isWithinInstitution ? id.assigner : nil)
  }

  /// What kind of number stands under a root; nil for numbers of reports, orders and specimens, which Chinese documents
  /// put beside the patient's. A root that is not known is an assigner of record numbers: `local`.
  private static func kind(of id: InstanceIdentifier, _ element: XMLElement) -> Identifier.Kind? {
    switch id.root {
    case ChineseRoot.residentID: .residentID
    case ChineseRoot.outpatient: .outpatient
    case ChineseRoot.inpatient: .inpatient
    case ChineseRoot.healthCard: .healthCard
    case ChineseRoot.platformPatient: .local
    case let root? where national.contains(root): .insurance
    case let root? where root.hasPrefix("2.16.840.1.113883.4.330"): .passport
    case let root? where Root.isChinese(root): nil
    default: words[element.stated("assigningAuthorityName") ?? ""] ?? .local
    }
  }

  /// Social security and national numbers of persons: the United States, Austria (ELGA), the Netherlands (BSN), Switzerland (AHV), Denmark
  /// (CPR), Norway, Sweden, Finland, the United Kingdom (NHS), Italy, France (INS-NIR), Belgium.
  private static let national: Set<String> = [
    "2.16.840.1.113883.4.1", "1.2.40.0.10.1.4.3.1", "2.16.840.1.113883.2.4.6.3", "2.16.756.5.32", "1.2.208.176.1.2",
    "2.16.578.1.12.4.1.4.1", "1.2.752.129.2.1.3.1", "1.2.246.21", "2.16.840.1.113883.2.1.4.1",
    "2.16.840.1.113883.2.9.4.3.2", "1.2.250.1.213.1.4.8", "1.3.6.1.4.1.21297.100.1.1",
  ]

  /// What senders call the kinds of number that they write under one root.
  private static let words: [String: Identifier.Kind] = [
    "身份证": .residentID, "身份证号": .residentID, "居民身份证": .residentID, "居民身份证号": .residentID, "门诊号": .outpatient,
    "住院号": .inpatient,
    "健康卡号": .healthCard, "居民健康卡号": .healthCard, "医保卡号": .insurance, "社保卡号": .insurance, "护照": .passport,
    "护照号": .passport,
    "军官证": .military, "军官证号": .military, "出生证": .birthCertificate, "出生医学证明": .birthCertificate,
  ]

  private static func sex(_ person: XMLElement, notes: inout ReadingNotes) -> Sex? {
    guard let element = person.first("administrativeGenderCode"),
      let code = element.stated("code") ?? element.displayName
    else { return nil }
    if let sex = Sex(code: code) ?? element.displayName.flatMap({ Sex(code: $0) }) { return sex }
    notes.note(.unknownCode, "a sex that is not of GB/T 2261.1 or HL7 AdministrativeGender", at: element)
    return nil
  }

  private static func birthDate(_ birth: XMLElement, at: Instant, notes: inout ReadingNotes) -> CalendarDate? {
    guard let date = notes.date(birth.words, at: birth) else { return nil }
    if date <= notes.context.zone.date(of: at) { return date }
    notes.note(.implausibleTime, "a birth date after the message itself: taken for none", at: birth)
    return nil
  }

  /// The elements that tell of the mother: who is related (V3), the guardian, or a participant of the document.
  private static func mothers(of person: XMLElement, within root: XMLElement) -> [XMLElement] {
    let participants = root.all("participant").flatMap { $0.all("associatedEntity") }
    return (person.all("personalRelationship") + person.all("guardian") + participants)
      .filter { $0.first("code")?.stated("code") == "MTH" || $0.first("code")?.displayName == "母亲" }
  }

  private static func add(_ mother: XMLElement, to patient: inout Patient) {
    let person = ["relationshipHolder1", "guardianPerson", "associatedPerson"].lazy.compactMap { mother.first($0) }
      .first
    let name = person?.items("name").lazy.compactMap { PersonName($0)?.text }.first
    patient.motherName = patient.motherName ?? name
    let ids = mother.identifiers + (person?.identifiers ?? [])
    for id in ids where id.root == ChineseRoot.residentID {
      patient.identifiers.append(Identifier(.motherResidentID, id.value))
    }
    patient.identifiers = patient.identifiers.unrepeated
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
