public import Clinical
public import XMLReading

/// Reads the HL7 V3 family: the Chinese documents C0006 and C0007 bare and inside `RCMR_IN000002UV02`, CDA R2 of other
/// countries, results as a V3 organizer or message, and what an institution says of its patients' numbers.
public enum CDAReader {
  /// The dialect of a document by its root together with a template, code or interaction; never by its namespace, which
  /// three dialects share (formats.md §0.1).
  public static func recognises(_ root: XMLElement) -> Dialect? {
    switch root.name {
    case "ClinicalDocument":
      if ChineseDocument.Kind(root) != nil { return .chineseCDA }
      let says = root.first("templateId") ?? root.first("typeId")
      return says?.stated("root") != nil || root.first("code")?.stated("code") != nil ? .cda : nil
    case "organizer":
      // A fragment has no patient of its own.
      return root.first("recordTarget") != nil ? .hl7v3Organizer : nil
    default:
      for name in [root.name, V3Wrapper.interaction(root) ?? ""] {
        if name.hasPrefix("RCMR_IN000002UV") { return .chineseCDAInRCMR }
        if name.hasPrefix("POLB_IN") || PatientRegistryReader.recognises(name) { return .hl7v3Organizer }
      }
      return nil
    }
  }

  /// Reads a message that `recognises` has named.
  ///
  /// - Parameter notes: gathers what is worth knowing beside an accepted message.
  /// - Throws: `Refusal` when the message is to be quarantined whole.
  public static func read(_ root: XMLElement, dialect: Dialect, notes: inout ReadingNotes) throws(Refusal) -> Message {
    switch dialect {
    case .chineseCDAInRCMR: return try RCMRReader.read(root, notes: &notes)
    case .hl7v3Organizer where root.name == "organizer": return try OrganizerReader.read(root, notes: &notes)
    case .hl7v3Organizer:
      let names = [root.name, V3Wrapper.interaction(root) ?? ""]
      return names.contains(where: PatientRegistryReader.recognises)
        ? try PatientRegistryReader.read(root, notes: &notes) : try POLBReader.read(root, notes: &notes)
    default:
      let report = try document(root, notes: &notes)
      return Message(
        dialect: dialect, messageID: root.identifiers.first?.value, messageTime: report.messageTime, reports: [report])
    }
  }

  /// The report of a ClinicalDocument of any country.
  static func document(_ root: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Report {
    if let kind = ChineseDocument.Kind(root) { return try ChineseDocument.read(root, kind: kind, notes: &notes) }
    return try ResultsDocument.read(root, notes: &notes)
  }
}
