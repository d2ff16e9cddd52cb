import Clinical
import XMLReading

/// Patient.link → what a source says of its own patients' numbers; and Patients that come without any report.
extension FHIRMessageReader {
  /// What a message about patients alone is made of.
  private static let besidePatients: Set<String> = [
    "Patient", "RelatedPerson", "Person", "Organization", "Practitioner", "PractitionerRole", "MessageHeader",
    "Provenance",
    "OperationOutcome", "Parameters", "Endpoint", "Location",
  ]

  /// - Parameter unfit: why nothing can be said, where nothing is.
  mutating func patientEvents(
    beside reports: [Report], _ unfit: inout FHIRUnfit?
  ) throws(FHIRUnfit) -> [PatientEvent] {
    let isAboutPatients = resources.all.allSatisfy { FHIRMessageReader.besidePatients.contains($0.type) }
    var events: [PatientEvent] = []
    for (index, resource) in resources.all.enumerated() where resource.type == "Patient" && resource.container == nil {
      let links = resource.element.all("link")
      if links.isEmpty, !isAboutPatients { continue }
      try refuseTest(resource.element)
      guard let source = source(ofPatient: index, reports) else {
        let reason = FHIRUnfit(
          .missingSource,
          "neither managingOrganization nor the sender says whose patient this is: say so, or import with --from",
          at: resource.element)
        unfit = unfit ?? reason
        if !links.isEmpty { note(.leftAside, "a link of a Patient: " + reason.message, at: resource.element) }
        continue
      }
      guard
        let at = instant(resource.element.first("meta")?.first("lastUpdated"))
          ?? messageTime(ofBundle: resource.bundle) ?? reports.first?.messageTime
      else {
        let reason = FHIRUnfit(
          .missingMessageTime, "neither meta.lastUpdated nor the Bundle's timestamp says when this holds",
          at: resource.element)
        unfit = unfit ?? reason
        if !links.isEmpty { note(.leftAside, "a link of a Patient: " + reason.message, at: resource.element) }
        continue
      }
      let patient = numbered(try patient(index, source), index)
      if links.isEmpty, !patient.identifiers.isEmpty {
        events.append(PatientEvent(.update, source: source, patient: patient, at: at))
      }
      for link in links {
        if let event = try event(link, of: patient, index, source, at) { events.append(event) }
      }
    }
    return events
  }

  private mutating func event(
    _ link: XMLElement, of patient: Patient, _ index: Int, _ source: OrganizationReference, _ at: Instant
  ) throws(FHIRUnfit) -> PatientEvent? {
    guard let other = try other(of: link, index, source) else {
      note(.leftAside, "a link that leads to no Patient with a number", at: link)
      return nil
    }
    switch link.value("type") {
    // DSTU2 and STU3 write replace.
    case "replaced-by", "replace": return PatientEvent(.merge, source: source, patient: other, prior: patient, at: at)
    case "replaces": return PatientEvent(.merge, source: source, patient: patient, prior: other, at: at)
    case "seealso": return PatientEvent(.link, source: source, patient: patient, prior: other, at: at)
    case "refer": return nil
    default:
      note(.unknownCode, "a link of no type that FHIR knows: send replaced-by, replaces or seealso", at: link)
      return nil
    }
  }

  private mutating func other(
    of link: XMLElement, _ index: Int, _ source: OrganizationReference
  ) throws(FHIRUnfit) -> Patient? {
    guard let reference = link.first("other") else { return nil }
    if let found = find(reference, ["Patient"], from: index) {
      guard resources.all[found].type == "Patient" else { return nil }
      let patient = numbered(try patient(found, source), found)
      return patient.identifiers.isEmpty ? nil : patient
    }
    return try? absentSubject(reference, from: index, source).patient
  }

  /// With the id by which its server knows a patient, which is what references to them name.
  private func numbered(_ patient: Patient, _ index: Int) -> Patient {
    guard let id = resources.all[index].element.value("id"), resources.all[index].container == nil else {
      return patient
    }
    var patient = patient
    let base = resources.base(of: resources.all[index])
    patient.identifiers.append(Identifier(.local, "Patient/" + id, assigner: base))
    return patient
  }

  /// Patient.managingOrganization, else who sends the message, else whose its reports are.
  private mutating func source(ofPatient index: Int, _ reports: [Report]) -> OrganizationReference? {
    let resource = resources.all[index]
    if let own = organization(resource.element.first("managingOrganization"), from: index, isOrganization: true) {
      return own
    }
    if let sender = sender(ofBundle: resource.bundle) ?? notes.context.from { return sender }
    guard let source = reports.first?.source, reports.allSatisfy({ $0.source == source }) else { return nil }
    return source
  }
}
