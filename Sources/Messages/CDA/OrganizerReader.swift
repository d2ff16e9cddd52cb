import Clinical
import XMLReading

/// A results organizer that is a message by itself (Nictiz 2.16.840.1.113883.2.4.3.11.60.66.10.77): the entries of a
/// CDA, with the patient, author and custodian in the organizer.
enum OrganizerReader {
  static func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    let effective = root.first("effectiveTime")
    let authored = root.first("author")?.first("time")
    let acts = root.related
    guard acts.contains(where: \.holdsResult) else {
      throw Refusal(
        .unknownDialect, "an organizer without results: looked for observations in its components", at: root)
    }
    var entries = ResultEntries(root, notes: &notes)
    for act in acts { entries.read(act, notes: &notes) }
    let stated = notes.end(of: effective) ?? notes.start(of: authored)
    guard let time = stated ?? newestTime(below: root, notes.context.zone) else {
      throw Refusal(
        .missingMessageTime, "no readable effectiveTime or author/time, and no time of any result: send one of them",
        at: effective ?? authored ?? root)
    }
    if stated == nil {
      notes.note(
        .missingMessageTime,
        "no effectiveTime and no author/time: the newest time of its results stands for it, send one of them",
        at: root)
    }
    guard let source = source(of: root) ?? notes.context.from else {
      throw Refusal(
        .missingSource,
        "no author, performer or custodian organization: send one with its id, or import with --from", at: root)
    }
    let patient = try V3Patient.read(root.all("recordTarget"), within: root, at: time, notes: &notes)
    let report = Report(
      source: source, reportNumber: "", patient: patient, versionTime: time, messageTime: time, updateMode: .document)
    var reports = try V3Reports(root, entries, isMessage: true).reports(
      as: report, isTimed: stated != nil, notes: &notes)
    let reported = notes.start(of: authored)
    for index in reports.indices { reports[index].reported = reported ?? reports[index].versionTime }
    return Message(
      dialect: .hl7v3Organizer, messageID: root.identifiers.first?.value, messageTime: time, reports: reports)
  }

  /// The newest time that stands at any act.
  private static func newestTime(below element: XMLElement, _ zone: RegistryZone) -> Instant? {
    var newest: Instant?
    for child in element.children {
      let isTime = ["effectiveTime", "time", "low", "high", "center"].contains(child.name)
      let own = isTime ? child.stated("value").flatMap { zone.instant($0) } : nil
      // The bounds of a value are no times.
      let below =
        child.name == "value" || child.name == "referenceRange" || child.name == "recordTarget"
        ? nil : newestTime(below: child, zone)
      for time in [own, below] {
        if let time, zone.isPlausible(time) { newest = max(newest ?? time, time) }
      }
    }
    return newest
  }

  /// Who reports: the custodian that the Dutch write as a participant, the author's organization, the performer's, the custodian.
  static func source(of act: XMLElement) -> OrganizationReference? {
    let role = act.all("participant").first { $0.attribute("typeCode") == "CST" }?.first("participantRole")
    if let role, var organization = role.organization() {
      organization.name =
        organization.name ?? (role.first("playingEntity") ?? role.first("scopingEntity"))?.first("name")?.words
      return organization
    }
    if let author = act.author { return author }
    if let performer = act.performer { return performer }
    guard let custodian = act.first("custodian") else { return nil }
    return (custodian.first("assignedCustodian") ?? custodian.first("assignedEntity"))?.representedOrganization
  }
}
