import Clinical
import XMLReading

/// CDA R2 of other countries with results: IHE XD-LAB (ELGA, Nictiz), C-CDA, and any document with a laboratory or
/// results section.
enum ResultsDocument {
  static func read(_ document: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Report {
    let sections = resultSections(of: document)
    let acts = sections.flatMap { $0.all("entry") }.flatMap { Array($0.children) }
    var entries = ResultEntries(document, notes: &notes)
    var context = ResultEntries.Context()
    if isLaboratoryReport(document) {
      context.performer = document.first("documentationOf")?.first("serviceEvent")?.performer
    }
    for act in acts { entries.read(act, context: context, notes: &notes) }
    if entries.observations.isEmpty { return try ImagingDocument.read(document, entries.narrative, notes: &notes) }

    var report = try CDAHeader.report(document, number: reportNumber(acts, of: document), notes: &notes)
    report.observations = entries.observations
    report.status = status(entries, of: document)
    report.section = sections.count == 1 ? sections[0].first("code")?.stated("code") : nil
    report.setting = setting(document)
    readOrderer(document, into: &report, notes: &notes)
    if let order = soleGroup(acts)?.first("code")?.concept(entries.narrative) {
      report.orderCode = order.code
      report.orderCodeTranslations = order.translations
    }
    report.studies = ImagingDocument.studies(of: document, notes: &notes)
    report.numberRepetitions()
    return report
  }

  /// Documents of results count with all their sections, others with those that hold results.
  private static func resultSections(of document: XMLElement) -> [XMLElement] {
    let sections = CDAHeader.sections(of: document)
    return isLaboratoryReport(document) ? sections : sections.filter(isResultSection)
  }

  /// An XD-LAB document, or one whose code is LOINC's laboratory report.
  private static func isLaboratoryReport(_ document: XMLElement) -> Bool {
    document.hasTemplate(["1.3.6.1.4.1.19376.1.3.3"]) || document.first("code")?.stated("code") == "11502-2"
  }

  private static func isResultSection(_ section: XMLElement) -> Bool {
    if section.hasTemplate(sectionTemplates) { return true }
    if let code = section.first("code")?.stated("code"), sectionCodes.contains(code) { return true }
    return section.all("entry").contains { entry in
      entry.children.contains { $0.hasTemplate(ResultTemplates.groups) || $0.hasTemplate(ResultTemplates.observations) }
    }
  }

  /// C-CDA results (entries optional and required), XD-LAB specialty and report item sections, IHE PCC results and
  /// coded results.
  private static let sectionTemplates: Set<String> = [
    "2.16.840.1.113883.10.20.22.2.3", "2.16.840.1.113883.10.20.22.2.3.1", "1.3.6.1.4.1.19376.1.3.3.2.1",
    "1.3.6.1.4.1.19376.1.3.3.2.2", "1.3.6.1.4.1.19376.1.5.3.1.3.27", "1.3.6.1.4.1.19376.1.5.3.1.3.28",
  ]

  /// LOINC: relevant diagnostic tests, and the specialties of IHE XD-LAB (Laboratory Technical Framework, volume 3).
  private static let sectionCodes: Set<String> = [
    "30954-2", "18716-1", "18717-9", "18718-7", "18719-5", "18720-3", "18721-1", "18722-9", "18723-7", "18724-5",
    "18725-2",
    "18727-8", "18728-6", "18729-4", "18767-4", "18768-2", "18769-0", "26435-8", "26436-6", "26437-4", "26438-2",
  ]

  /// The filler's number: the id of the only report act, else of the only result, since a corrected document may come
  /// with a new id and setId (seen: Nictiz); else the set's, else the document's.
  static func reportNumber(_ acts: [XMLElement], of document: XMLElement) -> String? {
    soleActID(acts) ?? document.first("setId").flatMap(InstanceIdentifier.init)?.value
      ?? document.identifiers.first?.value
  }

  /// The id of the outermost act below which everything stands.
  static func soleActID(_ acts: [XMLElement]) -> String? {
    var acts = reportActs(acts)
    while acts.count == 1 {
      if let id = acts[0].identifiers.first { return id.value }
      acts = reportActs(acts[0].related)
    }
    return nil
  }

  /// The innermost group that holds all results: what was ordered.
  private static func soleGroup(_ acts: [XMLElement]) -> XMLElement? {
    var acts = reportActs(acts)
    var group: XMLElement?
    while acts.count == 1, acts[0].isResultGroup {
      group = acts[0]
      acts = reportActs(acts[0].related)
    }
    return group?.name == "act" ? nil : group
  }

  private static func reportActs(_ acts: [XMLElement]) -> [XMLElement] {
    acts.filter { $0.isStatement && ($0.isResultGroup || $0.isResultObservation) }
  }

  /// Cancelled when all of it is, preliminary while all of it is or the service event is active, corrected when a
  /// result is.
  private static func status(_ entries: ResultEntries, of document: XMLElement) -> ResultStatus {
    let statuses = entries.statuses
    if statuses.allSatisfy(\.isCancelled) { return .cancelled }
    if entries.observations.contains(where: { $0.status == .corrected }) { return .corrected }
    let event = document.first("documentationOf")?.first("serviceEvent").flatMap(ResultEntries.status(of:))
    let isPreliminary = statuses.allSatisfy { $0 == .preliminary || $0.isCancelled }
    return isPreliminary || event == .preliminary ? .preliminary : .final
  }

  /// The participant REF of XD-LAB: who ordered, when, and for which institution.
  private static func readOrderer(_ document: XMLElement, into report: inout Report, notes: inout ReadingNotes) {
    guard let participant = document.all("participant").first(where: { $0.attribute("typeCode") == "REF" }),
      let entity = participant.first("associatedEntity")
    else { return }
    report.ordered = notes.start(of: participant.first("time")) ?? report.ordered
    report.clinician = entity.first("associatedPerson")?.items("name").lazy.compactMap { PersonName($0)?.text }.first
    report.orderingInstitution = entity.first("scopingOrganization")?.organization()
  }

  /// The encounter's ActEncounterCode.
  private static func setting(_ document: XMLElement) -> Setting? {
    switch document.first("componentOf")?.first("encompassingEncounter")?.first("code")?.stated("code") {
    case "AMB": .outpatient
    case "IMP", "ACUTE", "NONAC", "SS": .inpatient
    case "EMER": .emergency
    default: nil
    }
  }
}
