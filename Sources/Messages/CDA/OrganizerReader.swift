import Clinical
import XMLReading

/// A results organizer that is a message by itself (Nictiz 2.16.840.1.113883.2.4.3.11.60.66.10.77): the entries of a
/// CDA, with the patient, author and custodian in the organizer.
enum OrganizerReader {
  static func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    let effective = root.first("effectiveTime")
    let authored = root.first("author")?.first("time")
    guard let time = notes.end(of: effective) ?? notes.start(of: authored) else {
      throw Refusal(
        .missingMessageTime, "no readable effectiveTime or author/time: send one of them",
        at: effective ?? authored ?? root)
    }
    guard let source = source(of: root) else {
      throw Refusal(.missingSource, "no author, performer or custodian organization: send one with its id", at: root)
    }
    let patient = try V3Patient.read(root.first("recordTarget"), within: root, notes: &notes)
    guard let number = ResultsDocument.soleActID(root.related) ?? root.identifiers.first?.value else {
      throw Refusal(.missingReportNumber, "neither the organizer nor its only act has an id: send one", at: root)
    }
    var report = Report(
      source: source, reportNumber: number, patient: patient, versionTime: time, messageTime: time,
      updateMode: .snapshot)
    report.fill(from: root.related, in: root, notes: &notes)
    report.reported = notes.start(of: authored)
    return Message(
      dialect: .hl7v3Organizer, messageID: root.identifiers.first?.value, messageTime: time, reports: [report])
  }

  /// Who reports: the author's organization, else the performer's, else the custodian.
  static func source(of act: XMLElement) -> OrganizationReference? {
    for author in act.all("author") {
      for role in ["assignedAuthor", "assignedEntity", "assignedPerson"] {
        if let organization = author.first(role)?.first("representedOrganization")?.organization() {
          return organization
        }
      }
    }
    if let performer = act.performer { return performer }
    guard let custodian = act.first("custodian") else { return nil }
    let role = custodian.first("assignedCustodian") ?? custodian.first("assignedEntity")
    return ["representedCustodianOrganization", "representedOrganization"].lazy
      .compactMap { role?.first($0)?.organization() }.first
  }
}

extension Report {
  /// Reads the results of acts into a report that is no CDA document.
  mutating func fill(from acts: [XMLElement], in root: XMLElement, notes: inout ReadingNotes) {
    var entries = ResultEntries(root, notes: &notes)
    for act in acts { entries.read(act, notes: &notes) }
    if entries.observations.isEmpty { notes.note(.noResults, "a message without results", at: root) }
    observations = entries.observations
    let stated = ResultEntries.status(of: root)
    let isCancelled = !entries.statuses.isEmpty && entries.statuses.allSatisfy(\.isCancelled)
    status =
      isCancelled ? .cancelled : observations.contains { $0.status == .corrected } ? .corrected : stated ?? .final
    if let order = root.first("code")?.concept(entries.narrative) {
      orderCode = order.code
      orderCodeTranslations = order.translations
    }
    numberRepetitions()
  }
}
