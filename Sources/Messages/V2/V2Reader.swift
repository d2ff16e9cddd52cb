public import Clinical
public import XMLReading

/// Reads messages of HL7 v2 (versions 2.3 to 2.9) in v2.xml or, through `ER7Tree`, in pipes: results (ORU_R01, ORU_R30, OUL_R21…R24),
/// and what a hospital says of its own patients' numbers (ADT).
public enum V2Reader {
  /// Local names of the roots of v2.xml, each a message structure.
  static let roots =
    ["ORU_R01", "ORU_R30", "ORU_R31", "ORU_R32", "ORU_R40", "OUL_R21", "OUL_R22", "OUL_R23", "OUL_R24"]
    + (1...62).map { $0 < 10 ? "ADT_A0\($0)" : "ADT_A\($0)" }

  /// Whether the root is that of an HL7 v2 message: it begins with a header segment.
  public static func recognises(_ root: XMLElement) -> Bool { root.first("MSH") != nil }

  /// - Throws: `Refusal` for what contracts.md calls fatal.
  public static func read(
    _ root: XMLElement, dialect: Dialect, notes: inout ReadingNotes
  ) throws(Refusal) -> Message {
    guard let header = root.first("MSH") else {
      throw Refusal(.unknownDialect, "no MSH segment: this is no HL7 v2 message", at: root)
    }
    if root.all("MSH").count > 1 {
      throw Refusal(.unreadable, "several messages in one: send each by itself, nothing was taken", at: header)
    }
    let separators = V2Separators(ofRead: V2Segment(element: header), isER7: dialect == .hl7v2ER7)
    let msh = V2Segment(element: header, separators: separators)
    // Some write the structure in the type's place: ORU_R01.
    let type = String((msh.text(9, 1) ?? root.name).prefix { $0 != "_" })
    guard type == "ORU" || type == "OUL" || type == "ADT" else {
      throw Refusal(
        .unknownDialect, "an HL7 v2 message that carries no results: send ORU^R01, ORU^R30 or OUL^R22", at: header)
    }
    if let mode = msh.text(11), V2Tables.isTest(mode) {
      throw Refusal(.testMessage, "MSH-11 says training or debugging: send P to have it taken", at: header)
    }
    guard let messageTime = notes.instant(msh, 7) else {
      throw Refusal(.missingMessageTime, "MSH-7 is missing or unreadable: send YYYYMMDDhhmmss", at: header)
    }
    let source = try source(msh, notes.context)
    var message = Message(dialect: dialect, messageID: msh.text(10), messageTime: messageTime, reports: [])
    let event = msh.text(9, 2) ?? msh.text(9, 1).flatMap { $0.contains("_") ? String($0.suffix(3)) : nil }
    if type == "ADT" {
      var reading = try V2PatientEvents(
        root, event: event, source: source, messageTime: messageTime, separators: separators, &notes)
      message.patientEvents = try reading.read(root, &notes)
      return message
    }
    var assembly = V2Assembly(
      source: source, messageTime: messageTime, structure: event.map { type + "_" + $0 } ?? root.name,
      separators: separators)
    try assembly.add(segmentsOf: root, &notes)
    message.reports = try assembly.finish(&notes)
    guard !message.reports.isEmpty else {
      throw Refusal(.missingReportNumber, "no OBR segment: a result message has at least one", at: root)
    }
    return message
  }

  /// MSH-4 (HD.1, and HD.2 as the OID), else the OID of MSH-3; where they name no institution, whose feed it is said to be. An application
  /// alone says whose it is where `senders.csv` knows it.
  private static func source(_ msh: V2Segment, _ context: ReadingContext) throws(Refusal) -> OrganizationReference {
    var source = OrganizationReference(
      application: msh.text(3), identifier: msh.text(4, 1), oid: msh.text(4, 2))
    if source.identifier != nil || source.oid != nil { return source }
    source.oid = msh.text(3, 2)
    if source.oid != nil { return source }
    if let from = context.from {
      (source.identifier, source.oid, source.name) = (from.identifier, from.oid, from.name)
      return source
    }
    if source.application != nil { return source }
    throw Refusal(
      .missingSource, "MSH-3 and MSH-4 are empty: say which institution sends, or whose feed it is (--from)",
      at: msh.element)
  }
}
