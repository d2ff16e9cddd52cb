import Clinical
import XMLReading

/// What an institution says of its own patients' numbers: PRPA_IN201301 (new), 201302 (changed), 201304 (two numbers were one person's), of
/// IHE PIX V3 and of the Chinese hospital set; `…311` and `…314` are what the latter calls the first two.
enum PatientRegistryReader {
  /// The kind of an interaction, by its name.
  private enum Interaction {
    case update, merge

    init?(_ name: String) {
      let kinds: [String: Interaction] = [
        "PRPA_IN201301": .update, "PRPA_IN201302": .update, "PRPA_IN201311": .update, "PRPA_IN201314": .update,
        "PRPA_IN201304": .merge,
      ]
      guard let kind = kinds[String(name.prefix(13))], name.utf8.count == 13 || name.dropFirst(13).hasPrefix("UV")
      else { return nil }
      self = kind
    }
  }

  static func recognises(_ name: String) -> Bool { Interaction(name) != nil }

  static func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    try V3Wrapper.refuseTest(root)
    let time = try V3Wrapper.creationTime(root, notes: &notes)
    guard let interaction = [root.name, V3Wrapper.interaction(root) ?? ""].lazy.compactMap(Interaction.init).first,
      let control = root.first("controlActProcess") ?? root.first("controlActEvent")
    else {
      throw Refusal(.unreadable, "no controlActProcess: there is no patient to read", at: root)
    }
    var events: [PatientEvent] = []
    for subject in control.all("subject") {
      for event in subject.children where event.name.hasPrefix("registration") {
        events += try read(event, interaction, control: control, root: root, time: time, notes: &notes)
      }
    }
    if events.isEmpty {
      throw Refusal(
        .missingPatient, "no registrationEvent with a patient: send subject1 with patient and its id", at: control)
    }
    return Message(
      dialect: .hl7v3Organizer, messageID: root.identifiers.first?.value, messageTime: time, reports: [],
      patientEvents: events)
  }

  private static func read(
    _ event: XMLElement, _ interaction: Interaction, control: XMLElement, root: XMLElement, time: Instant,
    notes: inout ReadingNotes
  ) throws(Refusal) -> [PatientEvent] {
    guard let role = event.first("subject1")?.first("patient") ?? event.first("subject1")?.first("patientRole") else {
      throw Refusal(.missingPatient, "no patient in the registration: send subject1 with patient and its id", at: event)
    }
    let patient = V3Patient.patient(of: role, within: event, at: time, notes: &notes)
    if patient.identifiers.isEmpty {
      throw Refusal(.missingPatient, "a registered patient without a number: send an id in patient", at: role)
    }
    guard let source = source(role, event, root) ?? notes.context.from else {
      throw Refusal(
        .missingSource,
        "no custodian, provider organization or sender: send an organization with its id, or import with --from",
        at: event)
    }
    let at = notes.start(of: event.first("effectiveTime")) ?? notes.start(of: control.first("effectiveTime")) ?? time
    if interaction == .update { return [PatientEvent(.update, source: source, patient: patient, at: at)] }
    var events: [PatientEvent] = []
    for replacement in event.all("replacementOf") {
      let prior = replacement.first("priorRegistration") ?? replacement
      let subject = prior.first("subject1") ?? prior.first("subject")
      let roles = (subject?.all("priorRegisteredRole") ?? []) + (subject?.all("patient") ?? [])
      // Chinese platforms write the number beside the registration.
      for role in roles.isEmpty ? [prior] : roles {
        let former = V3Patient.patient(of: role, within: prior, at: time, notes: &notes)
        if former.identifiers.isEmpty { continue }
        events.append(PatientEvent(.merge, source: source, patient: patient, prior: former, at: at))
      }
    }
    if events.isEmpty {
      throw Refusal(
        .missingPatient,
        "a merge that does not say which number goes out of use: send replacementOf/priorRegistration with its id",
        at: event)
    }
    return events
  }

  /// Whose number it is: the organization that sends it, else the one that provides for the patient, else the custodian of the
  /// registration, else the device.
  private static func source(_ role: XMLElement, _ event: XMLElement, _ root: XMLElement) -> OrganizationReference? {
    let custodian = event.first("custodian")?.first("assignedEntity")
    return V3Wrapper.organization(root) ?? role.first("providerOrganization")?.organization()
      ?? custodian?.representedOrganization ?? V3Wrapper.sender(root) ?? custodian?.organization()
  }
}
