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
      for act in subject.children where [.group, .result].contains(act.actKind) {
        reports += try read(act, control: control, root: root, time: time, notes: &notes)
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
  ) throws(Refusal) -> [Report] {
    guard
      let source = OrganizerReader.source(of: act) ?? OrganizerReader.source(of: control) ?? V3Wrapper.sender(root)
        ?? notes.context.from
    else {
      throw Refusal(
        .missingSource,
        "no author, performer, custodian or sender: send an organization with its id, or import with --from", at: act)
    }
    let own = act.all("recordTarget")
    let patient = try V3Patient.read(
      own.isEmpty ? control.all("recordTarget") : own, within: act, at: time, notes: &notes)
    var head = Report(
      source: source, reportNumber: "", patient: patient,
      versionTime: notes.end(of: act.first("effectiveTime")) ?? time,
      messageTime: time, updateMode: .document)
    head.reported = notes.start(of: act.first("author")?.first("time")) ?? head.versionTime
    let request = act.first("inFulfillmentOf")?.children.first { $0.first("id") != nil }
    head.orderNumber = request?.identifiers.first?.value
    head.ordered = notes.start(of: request?.first("effectiveTime"))
    var entries = ResultEntries(act, notes: &notes)
    entries.read(act, notes: &notes)
    return try V3Reports(act, entries, isMessage: false).reports(as: head, isTimed: true, notes: &notes)
  }
}
