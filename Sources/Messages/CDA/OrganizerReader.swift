import Clinical
import XMLReading

/// A results organizer that is a message by itself (Nictiz 2.16.840.1.113883.2.4.3.11.60.66.10.77): the entries of a CDA, with the
/// patient, author and custodian in the organizer.
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

/// V3 result messages (POLB): `controlActProcess/subject/observationBattery|observationReport` with `observationEvent`s below.
enum POLBReader {
  static func read(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Message {
    try V3Wrapper.refuseTest(root)
    let time = try V3Wrapper.creationTime(root, notes: &notes)
    guard let control = root.first("controlActProcess") ?? root.first("controlActEvent") else {
      throw Refusal(.unreadable, "no controlActProcess: there is no result to read", at: root)
    }
    var reports: [Report] = []
    for subject in control.all("subject") {
      for act in subject.children where act.isResultGroup || act.isResultObservation {
        reports.append(try read(act, control: control, root: root, time: time, notes: &notes))
      }
    }
    if reports.isEmpty {
      throw Refusal(
        .unknownDialect,
        "no result in the subject: looked for observationBattery, observationReport and observationEvent",
        at: control)
    }
    return Message(
      dialect: .hl7v3Organizer, messageID: root.identifiers.first?.value, messageTime: time, reports: reports)
  }

  private static func read(
    _ act: XMLElement, control: XMLElement, root: XMLElement, time: Instant, notes: inout ReadingNotes
  ) throws(Refusal) -> Report {
    guard let source = OrganizerReader.source(of: act) ?? OrganizerReader.source(of: control) ?? V3Wrapper.sender(root)
    else {
      throw Refusal(
        .missingSource, "no author, performer, custodian or sender: send an organization with its id", at: act)
    }
    let target = act.first("recordTarget") ?? control.first("recordTarget")
    let patient = try V3Patient.read(target, within: act, notes: &notes)
    guard let number = act.identifiers.first?.value else {
      throw Refusal(.missingReportNumber, "a result without id: send the filler's number", at: act)
    }
    let version = notes.end(of: act.first("effectiveTime"))
    var report = Report(
      source: source, reportNumber: number, patient: patient, versionTime: version ?? time, messageTime: time,
      updateMode: .snapshot)
    report.fill(from: [act], in: act, notes: &notes)
    report.reported = notes.start(of: act.first("author")?.first("time"))
    let request = act.first("inFulfillmentOf")?.children.first { $0.first("id") != nil }
    report.orderNumber = request?.identifiers.first?.value
    report.ordered = notes.start(of: request?.first("effectiveTime"))
    return report
  }
}

extension Report {
  /// Reads the results of acts into a report that is no CDA document.
  fileprivate mutating func fill(from acts: [XMLElement], in root: XMLElement, notes: inout ReadingNotes) {
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
