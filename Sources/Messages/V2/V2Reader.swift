public import Clinical
public import XMLReading

/// Reads result messages of HL7 v2 (ORU_R01, ORU_R30, OUL_R21…R24, versions 2.3 to 2.8) in v2.xml or, through `ER7Tree`, in pipes.
///
/// Groups are looked through: a message is its segments in order. An ORC goes with the OBR after it (in OUL with the OBR before
/// it), an SPM with its order (in OUL_R22 and R23 with the orders after it), an OBX with the OBR before it.
public enum V2Reader {
  /// Whether the root is that of an HL7 v2 message: it begins with a header segment.
  public static func recognises(_ root: XMLElement) -> Bool { root.first("MSH") != nil }

  /// - Throws: `Refusal` for what contracts.md calls fatal.
  public static func read(
    _ root: XMLElement, dialect: Dialect, notes: inout ReadingNotes
  ) throws(Refusal) -> Message {
    guard let header = root.first("MSH") else {
      throw Refusal(.unknownDialect, "no MSH segment: this is no HL7 v2 message", at: root)
    }
    let msh = V2Segment(element: header)
    let type = msh.text(9, 1) ?? String(root.name.prefix(3))
    guard type == "ORU" || type == "OUL" else {
      throw Refusal(
        .unknownDialect, "an HL7 v2 message that carries no results: send ORU^R01, ORU^R30 or OUL^R22", at: header)
    }
    if let mode = msh.text(11), mode == "T" || mode == "D" {
      throw Refusal(.testMessage, "MSH-11 says training or debugging: send P to have it taken", at: header)
    }
    guard let messageTime = notes.instant(msh, 7) else {
      throw Refusal(.missingMessageTime, "MSH-7 is missing or unreadable: send YYYYMMDDhhmmss", at: header)
    }
    var source = OrganizationReference(
      application: msh.text(3), identifier: msh.text(4, 1), oid: msh.text(4, 2))
    if source.identifier == nil, source.oid == nil {
      guard source.application != nil || msh.text(3, 2) != nil else {
        throw Refusal(.missingSource, "MSH-3 and MSH-4 are empty: say which institution sends", at: header)
      }
      source.oid = msh.text(3, 2)
    }
    var assembly = V2Assembly(source: source, messageTime: messageTime, isOUL: type == "OUL")
    try assembly.add(segmentsOf: root, &notes)
    let reports = try assembly.finish(&notes)
    guard !reports.isEmpty else {
      throw Refusal(.missingReportNumber, "no OBR segment: a result message has at least one", at: root)
    }
    return Message(dialect: dialect, messageID: msh.text(10), messageTime: messageTime, reports: reports)
  }
}

/// The reports of a message while its segments go by.
private struct V2Assembly {
  let source: OrganizationReference
  let messageTime: Instant
  /// In OUL messages the ORC follows its OBR and the SPM stands before its orders.
  let isOUL: Bool

  private var patient: (value: Patient, element: XMLElement)?
  private var setting: Setting?
  private var pendingORC: V2Segment?
  private var leadingSpecimens: [V2Segment] = []
  private var order: V2Order?
  private var reports: [Report] = []
  private var position: [String: Int] = [:]

  init(source: OrganizationReference, messageTime: Instant, isOUL: Bool) {
    self.source = source
    self.messageTime = messageTime
    self.isOUL = isOUL
  }

  mutating func add(segmentsOf group: XMLElement, _ notes: inout ReadingNotes) throws(Refusal) {
    for child in group.children {
      let name = child.name
      if name.utf8.count == 3 {
        try add(V2Segment(element: child), name, &notes)
      } else {
        try add(segmentsOf: child, &notes)
      }
    }
  }

  private mutating func add(_ segment: V2Segment, _ name: String, _ notes: inout ReadingNotes) throws(Refusal) {
    switch name {
    case "PID":
      try closeOrder(&notes)
      patient = (V2Patient.read(segment, &notes), segment.element)
      setting = nil
      leadingSpecimens = []
    case "PV1":
      setting = segment.text(2).flatMap(V2Tables.setting)
    case "ORC":
      if isOUL, order != nil, order?.orc == nil, order?.observations.isEmpty == true {
        order?.orc = segment
      } else {
        pendingORC = segment
      }
    case "OBR":
      try closeOrder(&notes)
      order = V2Order(obr: segment, orc: pendingORC, specimens: leadingSpecimens)
      pendingORC = nil
    case "OBX":
      if order != nil { order?.observations.append((segment, [])) }
    case "NTE":
      if let last = order?.observations.indices.last { order?.observations[last].notes.append(segment) }
    case "SPM":
      if isOUL, order == nil || order?.observations.isEmpty == false {
        try closeOrder(&notes)
        leadingSpecimens = [segment]
      } else if order != nil {
        order?.specimens.append(segment)
      } else {
        leadingSpecimens.append(segment)
      }
    case "ZDS", "IPC":
      order?.studySegments.append(segment)
    default:
      break
    }
  }

  private mutating func closeOrder(_ notes: inout ReadingNotes) throws(Refusal) {
    guard let order else { return }
    self.order = nil
    guard let patient, !patient.value.identifiers.isEmpty || patient.value.name != nil else {
      throw Refusal(
        .missingPatient, "no patient number and no name in PID: send at least PID-3",
        at: self.patient?.element ?? order.obr.element)
    }
    var report = try order.report(
      source: source, patient: patient.value, messageTime: messageTime, setting: setting, &notes)
    report.setting = setting
    // One report may be told in several OBR groups of one message, one per battery.
    if let known = position[report.reportNumber], reports[known].patient == report.patient {
      reports[known].observations += report.observations
      reports[known].studies += report.studies
      if reports[known].impression == nil { reports[known].impression = report.impression }
      if let code = report.orderCode, code != reports[known].orderCode {
        reports[known].orderCodeTranslations.append(code)
      }
    } else {
      position[report.reportNumber] = reports.count
      reports.append(report)
    }
  }

  mutating func finish(_ notes: inout ReadingNotes) throws(Refusal) -> [Report] {
    try closeOrder(&notes)
    return reports
  }
}
