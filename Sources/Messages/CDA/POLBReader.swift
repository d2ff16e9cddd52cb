import Clinical
import XMLReading

/// V3 result messages (POLB): `controlActProcess/subject/observationBattery|observationReport` with `observationEvent`s
/// below.
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
