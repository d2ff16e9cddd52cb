import Clinical
import XMLReading

/// Whom a report is about.
struct FHIRSubject {
  var patient: Patient
  /// The Patient resource; nil where the report names the patient by an identifier alone.
  var index: Int?
}

/// Patient → patient.
extension FHIRMessageReader {
  mutating func patient(ofReport index: Int, _ source: OrganizationReference) throws(Refusal) -> FHIRSubject {
    let element = resources.all[index].element
    guard let reference = element.first("subject") else {
      throw Refusal(.missingPatient, "no subject: a report needs its patient", at: element)
    }
    if let found = follow(reference, from: index) {
      guard resources.all[found].type == "Patient" else {
        throw Refusal(.missingPatient, "the subject is no Patient", at: reference)
      }
      try refuseTest(resources.all[found].element)
      let patient = patient(found, source)
      if patient.identifiers.isEmpty, patient.name == nil {
        throw Refusal(
          .missingPatient, "the Patient has neither a usable identifier nor a name", at: resources.all[found].element)
      }
      return FHIRSubject(patient: patient, index: found)
    }
    var patient = Patient()
    if reference.value("type").map({ $0 == "Patient" }) ?? true, let identifier = reference.first("identifier") {
      readIdentifiers([identifier], of: index, source, into: &patient)
      patient.name = reference.value("display")
    }
    if patient.identifiers.isEmpty {
      throw Refusal(
        .missingPatient, "the subject leads to no Patient of this message: send the Patient with the report",
        at: reference)
    }
    return FHIRSubject(patient: patient, index: nil)
  }

  private mutating func patient(_ index: Int, _ source: OrganizationReference) -> Patient {
    let key = PatientKey(patient: index, source: source)
    if let known = patients[key] { return known }
    let element = resources.all[index].element
    var patient = Patient()
    readIdentifiers(element.all("identifier"), of: index, source, into: &patient)
    readNames(of: element, into: &patient)
    if let gender = element.first("gender"), let code = gender.filled("value") {
      patient.sex = Sex(code: code)
      if patient.sex == nil {
        note(.unknownCode, "a gender that FHIR does not know: send male, female, other or unknown", at: gender)
      }
    }
    patient.birthDate = date(element.first("birthDate"))
    for telecom in element.all("telecom") where telecom.value("system") == "phone" && telecom.value("use") != "old" {
      if let phone = telecom.value("value"), !patient.phones.contains(phone) { patient.phones.append(phone) }
    }
    patient.address = element.all("address").lazy.filter { $0.value("use") != "old" }.compactMap(address).first
    patient.birthOrder = element.value("multipleBirthInteger").flatMap { Int($0) }
    patients[key] = patient
    return patient
  }

  /// The official name before the usual one before any other that is still in use.
  private func readNames(of element: XMLElement, into patient: inout Patient) {
    func rank(_ name: XMLElement) -> Int {
      switch name.value("use") {
      case "official": 0
      case "usual": 1
      case nil: 2
      case "temp", "nickname", "anonymous": 3
      default: 4
      }
    }
    let names = element.all("name").compactMap { name in name.humanName.map { (text: $0, rank: rank(name)) } }
    guard let best = names.indices.min(by: { (names[$0].rank, $0) < (names[$1].rank, $1) }) else { return }
    patient.name = names[best].text
    for name in names where name.text != patient.name && !patient.otherNames.contains(name.text) {
      patient.otherNames.append(name.text)
    }
  }

  private func address(_ element: XMLElement) -> String? {
    if let text = element.value("text") { return text }
    let large = ["state", "city", "district"].compactMap { element.value($0) }
    let lines = element.all("line").compactMap { $0.filled("value") }
    let isHan = (large + lines).contains { $0.unicodeScalars.contains(where: \.properties.isIdeographic) }
    let parts = isHan ? large + lines : lines + large.reversed()
    return parts.isEmpty ? nil : parts.joined(separator: isHan ? "" : " ")
  }

  /// Whether a resource says that it is about somebody else than the report's patient. Two Patients that share an identifier
  /// are one; a subject that is not in the message is believed to be the report's.
  func isAboutAnother(_ index: Int, than subject: FHIRSubject) -> Bool {
    guard let reference = resources.all[index].element.first("subject") else { return false }
    guard let address = reference.value("reference"), let found = resources.resolve(address, from: index) else {
      guard let value = reference.first("identifier")?.value("value"), let patient = subject.index else { return false }
      return !resources.all[patient].element.all("identifier").contains { $0.value("value") == value }
    }
    if found == subject.index { return false }
    guard resources.all[found].type == "Patient" else { return true }
    let others = resources.all[found].element.all("identifier")
    guard let patient = subject.index else {
      return !others.contains { other in subject.patient.identifiers.contains { $0.value == other.value("value") } }
    }
    let known = Set(resources.all[patient].element.all("identifier").compactMap(FHIRNumber.init))
    return known.isDisjoint(with: others.compactMap(FHIRNumber.init))
  }
}

/// An Identifier's value with its system.
private struct FHIRNumber: Hashable {
  var value: String
  var system: String?

  init?(_ identifier: XMLElement) {
    guard let value = identifier.value("value") else { return nil }
    self.value = value
    system = identifier.value("system")
  }
}
