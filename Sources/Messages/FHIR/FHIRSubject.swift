import Clinical
import XMLReading

/// Whom a report is about.
struct FHIRSubject {
  var patient: Patient
  /// The Patient resource; nil where it is not in the message.
  var index: Int?
  /// As references name the patient (`Patient/7`), and the server they mean, where that is known.
  var address: String?
  var base: String?
  /// Of a patient who is named by an identifier alone.
  var number: FHIRNumber?
}

/// An Identifier's value with its system.
struct FHIRNumber: Hashable {
  var value: String
  var system: String?

  init?(_ identifier: XMLElement) {
    guard let value = identifier.value("value") else { return nil }
    self.value = value
    system = identifier.value("system")
  }

  /// Within its root.
  var identity: String {
    guard let system, system != "urn:ietf:rfc:3986" else { return value }
    return system + "|" + value
  }

  /// Whether it may be the same, as far as both say.
  func agrees(with other: FHIRNumber) -> Bool {
    value == other.value && (system == nil || other.system == nil || system == other.system)
  }
}

extension FHIRMessageReader {
  mutating func subject(ofReport index: Int, _ source: OrganizationReference) throws(FHIRUnfit) -> FHIRSubject {
    let resource = resources.all[index]
    guard let (reference, holder) = subjectReference(of: index) else {
      throw FHIRUnfit(.missingPatient, "no subject: a report needs its patient", at: resource.element)
    }
    if isAboutSomebodyElse(index) {
      throw FHIRUnfit(.missingPatient, "its focus is somebody else than its subject", at: resource.element)
    }
    if let found = find(reference, ["Patient"], from: holder) {
      guard resources.all[found].type == "Patient" else {
        throw FHIRUnfit(.missingPatient, "the subject is no Patient", at: reference)
      }
      let element = resources.all[found].element
      try refuseTest(element)
      let patient = try patient(found, source)
      if patient.identifiers.isEmpty, patient.name == nil {
        throw FHIRUnfit(.missingPatient, "the Patient has neither a usable identifier nor a name", at: element)
      }
      let url = resources.all[found].fullURL
      return FHIRSubject(
        patient: patient, index: found,
        address: element.value("id").map { "Patient/" + $0 } ?? FHIRAddress.local(url),
        base: FHIRAddress.base(of: url))
    }
    return try absentSubject(reference, from: holder, source)
  }

  /// The report's subject, else that of the document it stands in.
  private func subjectReference(of index: Int) -> (XMLElement, Int)? {
    if let own = resources.all[index].element.first("subject") { return (own, index) }
    guard let composition = composition(of: resources.all[index].bundle),
      let subject = resources.all[composition].element.first("subject")
    else { return nil }
    return (subject, composition)
  }

  /// A patient who is not in the message: known by an identifier, or by the id that the source's server gave them, which its other
  /// messages write too. It is written as a reference, so that it is nobody's record number.
  mutating func absentSubject(
    _ reference: XMLElement, from holder: Int, _ source: OrganizationReference
  ) throws(FHIRUnfit) -> FHIRSubject {
    let text = reference.value("reference")
    let type = reference.value("type") ?? text.flatMap(FHIRAddress.type)
    guard type == nil || type == "Patient" else {
      throw FHIRUnfit(.missingPatient, "the subject is no Patient", at: reference)
    }
    var subject = FHIRSubject(patient: Patient())
    subject.patient.name = reference.value("display")
    if let identifier = reference.first("identifier"), identifier.value("value") != nil {
      subject.number = FHIRNumber(identifier)
      readIdentifiers([identifier], of: holder, source, into: &subject.patient)
    } else if let query = text.flatMap({ FHIRQuery($0) }) {
      subject.number = FHIRNumber(query)
      subject.patient.identifiers = [identifier(of: query, source)]
    }
    if let address = FHIRAddress.local(text) {
      subject.address = address
      subject.base = FHIRAddress.base(of: text.map(FHIRAddress.normalized)) ?? resources.base(of: resources.all[holder])
      if subject.patient.identifiers.isEmpty {
        subject.patient.identifiers = [Identifier(.local, address, assigner: subject.base)]
        note(
          .danglingReference,
          "the Patient is not in this message: the reference is taken for the number their source knows them by; send the "
            + "Patient with the report", at: reference)
      }
    }
    let isNamedOnly = text == nil && subject.patient.name != nil
    if subject.patient.identifiers.isEmpty, !isNamedOnly {
      throw FHIRUnfit(
        .missingPatient, "the subject leads to no Patient of this message: send the Patient with the report",
        at: reference)
    }
    return subject
  }

  /// Why a report is no patient's: its subject is a group, a device, a place.
  mutating func subjectOtherThanPatient(of index: Int) -> FHIRUnfit? {
    guard let reference = resources.all[index].element.first("subject") else { return nil }
    let found = find(reference, ["Patient"], from: index).map { resources.all[$0].type }
    let type = found ?? reference.value("type") ?? reference.value("reference").flatMap(FHIRAddress.type)
    guard let type, type != "Patient" else { return nil }
    return FHIRUnfit(.missingPatient, "the subject is no Patient", at: reference)
  }

  // MARK: Others

  /// Whether a resource says that it is about somebody else than the report's patient. Two Patients that share a number are one; a
  /// subject that is not in the message is believed to be the report's where the two cannot be compared.
  mutating func isAboutAnother(_ index: Int, than subject: FHIRSubject) -> Bool {
    let element = resources.all[index].element
    // STU3 and DSTU2 write patient in an ImagingStudy.
    if isAboutSomebodyElse(index) { return true }
    guard let reference = element.first("subject") ?? element.first("patient") else { return false }
    if let found = find(reference, ["Patient"], from: index) {
      if found == subject.index { return false }
      guard resources.all[found].type == "Patient" else { return true }
      guard let patient = subject.index else {
        return !resources.all[found].element.all("identifier").contains { other in
          subject.patient.identifiers.contains { $0.value == other.value("value") }
        }
      }
      return !isOnePerson(found, patient)
    }
    let text = reference.value("reference")
    if let type = reference.value("type") ?? text.flatMap(FHIRAddress.type), type != "Patient" { return true }
    if let address = FHIRAddress.local(text), let known = subject.address {
      let base = FHIRAddress.base(of: text.map(FHIRAddress.normalized)) ?? resources.base(of: resources.all[index])
      if address != known { return true }
      if let base, let other = subject.base { return base != other }
      return false
    }
    guard
      let number = reference.first("identifier").flatMap({ FHIRNumber($0) })
        ?? text.flatMap({ FHIRQuery($0) }).map({ FHIRNumber($0) })
    else { return false }
    if let known = subject.number { return !known.agrees(with: number) }
    guard let patient = subject.index else { return false }
    return !numbers(ofPatient: patient).contains { $0.agrees(with: number) }
  }

  /// Observation.focus: a fetus, a donor, a parent: their result is not the subject's.
  private mutating func isAboutSomebodyElse(_ index: Int) -> Bool {
    let element = resources.all[index].element
    for focus in element.all("focus") where resources.all[index].type == "Observation" {
      let found = find(focus, from: index)
      let type =
        found.map { resources.all[$0].type } ?? focus.value("type")
        ?? focus.value("reference").flatMap(FHIRAddress.type)
      switch type {
      case "RelatedPerson", "Group": return true
      case "Patient":
        guard let subject = element.first("subject") else { return true }
        if subject.value("reference") == focus.value("reference") { continue }
        guard let found, let own = find(subject, ["Patient"], from: index) else { return true }
        if found != own, !isOnePerson(found, own) { return true }
      default: continue
      }
    }
    return false
  }

  /// Whether two Patients are one: they share a number that can be but one person's, and were not born on different days.
  private mutating func isOnePerson(_ a: Int, _ b: Int) -> Bool {
    let pair = ResourcePair(a: min(a, b), b: max(a, b))
    if let known = samePersons[pair] { return known }
    let births = [a, b].map { resources.all[$0].element.value("birthDate") }
    let isOne =
      (births[0] == nil || births[1] == nil || births[0] == births[1])
      && !numbers(ofPatient: a).isDisjoint(with: numbers(ofPatient: b))
    samePersons[pair] = isOne
    return isOne
  }

  /// The numbers of a Patient that are one person's: what an insurance or nobody gave is many people's.
  private mutating func numbers(ofPatient index: Int) -> Set<FHIRNumber> {
    if let known = numbersOfPatients[index] { return known }
    let numbers = resources.all[index].element.all("identifier").filter { identifier in
      let kind = kind(of: identifier, isOnly: true)
      return kind != nil && kind != .insurance && kind != .motherResidentID
    }
    let gathered = Set(numbers.compactMap { FHIRNumber($0) })
    numbersOfPatients[index] = gathered
    return gathered
  }
}

extension FHIRNumber {
  init(_ query: FHIRQuery) {
    value = query.value
    system = query.system
  }
}
