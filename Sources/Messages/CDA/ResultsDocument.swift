import Clinical
import XMLReading

/// CDA R2 of other countries with results: IHE XD-LAB (ELGA, Nictiz, Switzerland, HL7 Europe), C-CDA, imaging reports, and any document with
/// a laboratory or results section.
enum ResultsDocument {
  static func read(_ document: XMLElement, notes: inout ReadingNotes) throws(Refusal) -> Report {
    let isLaboratory = isLaboratoryReport(document)
    var entries = ResultEntries(document, notes: &notes)
    let (sections, others) = sections(of: document, isLaboratory: isLaboratory)
    let acts = sections.flatMap { $0.all("entry") }.flatMap { Array($0.children) }
    var context = ResultEntries.Context()
    if isLaboratory {
      context.performer = document.all("documentationOf").lazy.compactMap { $0.first("serviceEvent")?.performer }.first
      context.specimen = entries.commonSpecimen
    }
    for section in sections { read(section, into: &entries, context, notes: &notes) }
    if ImagingDocument.isImaging(document) {
      return try ImagingDocument.read(document, entries, notes: &notes)
    }
    let attachments = entries.attachments + bodies(of: document)
    guard
      !entries.observations.isEmpty
        || isLaboratory && (!attachments.isEmpty || sections.contains { $0.first("text") != nil })
    else {
      throw Refusal(
        .unknownDialect,
        "a document without results: looked for C0006, C0007, a laboratory or results section with observations, and an imaging report",
        at: document)
    }

    var report = try CDAHeader.report(document, act: soleAct(acts, in: document), mode: .document, notes: &notes)
    report.observations = entries.observations
    report.attachments = attachments.unrepeated
    report.impression = entries.remarks.unrepeated.joinedLines
    report.status = status(entries, acts, of: document)
    report.section = sections.count == 1 ? sections[0].first("code")?.stated("code") : nil
    report.setting = setting(document)
    readOrderer(document, into: &report, notes: &notes)
    let order = soleGroup(acts) ?? (entries.observations.isEmpty ? document : nil)
    if let order = order?.first("code")?.concept(entries.narrative) {
      report.orderCode = order.code
      report.orderCodeTranslations = order.translations
    }
    report.studies = ImagingDocument.studies(of: document, notes: &notes)
    report.numberRepetitions()
    if report.observations.isEmpty {
      notes.note(
        .noResults, "a laboratory's report without a coded result: send observations in its sections", at: document)
    }
    noteOthers(others, notes: &notes)
    return report
  }

  /// Reads the entries of a section; one that tells its results in words alone says so.
  private static func read(
    _ section: XMLElement, into entries: inout ResultEntries, _ context: ResultEntries.Context,
    notes: inout ReadingNotes
  ) {
    let acts = section.all("entry").flatMap { Array($0.children) }
    if section.isOfAnother {
      for act in acts {
        notes.leave(valuesIn: act, "a value of somebody else than the patient (relatedSubject): it is left aside")
      }
      return
    }
    for act in acts { entries.read(act, context: context, notes: &notes) }
    guard acts.isEmpty, section.all("component").isEmpty, section.attribute("nullFlavor") == nil,
      let text = section.first("text"),
      Filler.value(text.narrativeText) != nil
    else { return }
    notes.note(.leftAside, "a section of results in words alone: no result is read from it, send entries", at: text)
  }

  /// Documents of results count with all their sections but those of something else, others with those that hold results.
  private static func sections(
    of document: XMLElement, isLaboratory: Bool
  ) -> (results: [XMLElement], others: [XMLElement]) {
    var results: [XMLElement] = []
    var others: [XMLElement] = []
    for section in CDAHeader.sections(of: document) {
      let code = section.first("code")?.stated("code")
      let isOther = code.map(otherSections.contains) ?? false
      let isResults = isLaboratory && !isOther || isResultSection(section, code)
      if isResults { results.append(section) } else { others.append(section) }
    }
    return (results, others)
  }

  /// Says once that values of other sections were not looked at: a laboratory's document may tell more than its results.
  private static func noteOthers(_ sections: [XMLElement], notes: inout ReadingNotes) {
    let left = sections.filter { section in section.all("entry").contains { $0.holdsValue } }
    guard let first = left.first else { return }
    let codes = left.compactMap { $0.first("code")?.stated("code") }.unrepeated.prefix(12).joined(separator: ", ")
    notes.note(.leftAside, "sections that hold no results are left aside: \(codes)", at: first)
  }

  /// An XD-LAB document, ELGA's of laboratory and microbiology, or one whose code or its translation says so.
  private static func isLaboratoryReport(_ document: XMLElement) -> Bool {
    if document.hasTemplate(documentTemplates) { return true }
    let codes = document.first("code").map { [$0] + $0.all("translation") } ?? []
    return codes.compactMap { $0.stated("code") }.contains { documentCodes.contains($0) || specialties.contains($0) }
  }

  private static let documentTemplates: Set<String> = [
    "1.3.6.1.4.1.19376.1.3.3", "1.2.40.0.34.11.4", "1.2.40.0.34.6.0.11.0.11", "1.2.40.0.34.6.0.11.0.14",
  ]

  /// LOINC laboratory report, SNOMED CT laboratory report.
  private static let documentCodes: Set<String> = ["11502-2", "4241000179101"]

  private static func isResultSection(_ section: XMLElement, _ code: String?) -> Bool {
    if section.hasTemplate(sectionTemplates) { return true }
    if let code, code == "30954-2" || specialties.contains(code) { return true }
    return section.all("entry").contains { $0.holdsTemplate(ResultTemplates.all) }
  }

  /// C-CDA results (entries optional and required), CCD results, XD-LAB specialty and report item sections, IHE PCC results and coded
  /// results.
  private static let sectionTemplates: Set<String> = [
    "2.16.840.1.113883.10.20.22.2.3", "2.16.840.1.113883.10.20.22.2.3.1", "2.16.840.1.113883.10.20.1.14",
    "1.3.6.1.4.1.19376.1.3.3.2.1", "1.3.6.1.4.1.19376.1.3.3.2.2", "1.3.6.1.4.1.19376.1.5.3.1.3.27",
    "1.3.6.1.4.1.19376.1.5.3.1.3.28",
  ]

  /// LOINC: the specialties of IHE XD-LAB (Laboratory Technical Framework, volume 3).
  private static let specialties: Set<String> = [
    "18716-1", "18717-9", "18718-7", "18719-5", "18720-3", "18721-1", "18722-9", "18723-7", "18724-5", "18725-2",
    "18727-8",
    "18728-6", "18729-4", "18767-4", "18768-2", "18769-0", "26435-8", "26436-6", "26437-4", "26438-2",
  ]

  /// LOINC, and SNOMED CT where ELGA writes that: why the patient came, what was known and taken before, what was asked for, what is planned.
  private static let otherSections: Set<String> = [
    "46239-0", "42349-1", "10154-3", "29299-5", "10164-2", "11348-0", "11329-0", "8670-2", "11450-4", "46241-6",
    "11535-2",
    "48765-2", "10160-0", "29549-3", "10183-2", "42346-7", "11369-6", "29762-2", "10157-6", "47519-4", "46240-8",
    "46264-8",
    "47420-5", "10190-7", "18776-5", "61146-7", "75310-3", "61144-2", "8716-3", "10187-3", "29545-1", "10210-3",
    "48768-6",
    "42348-3", "55752-0", "51852-2", "46209-3", "400999005", "BRIEFT", "BEIL", "ABBEM",
  ]

  /// The ids of the outermost act below which everything stands, and of those within it that stand alone: that of a group that bears no id
  /// of its own is its only act's. A document may write another thing's id, or a code, in the place of an act's.
  static func soleAct(_ acts: [XMLElement], in root: XMLElement) -> [InstanceIdentifier] {
    let role = root.first("recordTarget")?.first("patientRole")
    let others =
      ((role?.identifiers ?? []) + (role?.first("patient")?.identifiers ?? [])
      + (root.first("custodian", "assignedCustodian", "representedCustodianOrganization")?.identifiers ?? [])
      + (root.first("componentOf")?.first("encompassingEncounter")?.identifiers ?? [])).map(\.key)
    var acts = reportActs(acts)
    var result: [InstanceIdentifier] = []
    while acts.count == 1 {
      let code = acts[0].first("code")?.stated("code")
      result += acts[0].identifiers.filter { !others.contains($0.key) && ($0.extension == nil || $0.extension != code) }
      acts = reportActs(acts[0].related)
    }
    return result
  }

  /// The innermost group that holds all results: what was ordered.
  private static func soleGroup(_ acts: [XMLElement]) -> XMLElement? {
    var acts = reportActs(acts)
    var group: XMLElement?
    while acts.count == 1, acts[0].actKind == .group {
      group = acts[0]
      acts = reportActs(acts[0].related)
    }
    return group?.name == "act" ? nil : group
  }

  /// Those that report something: never a comment, a collection of specimens, or what is said of another act. At most two: one or more is
  /// all that is asked.
  private static func reportActs(_ acts: [XMLElement]) -> [XMLElement] {
    Array(acts.lazy.filter(\.holdsResult).prefix(2))
  }

  /// Cancelled when all of it is, preliminary while all of it or the document is, or the service event is active, corrected when a
  /// result or the order is.
  private static func status(_ entries: ResultEntries, _ acts: [XMLElement], of document: XMLElement) -> ResultStatus {
    let own = CDAHeader.status(document)
    if let own, own.isCancelled { return own }
    let statuses = entries.statuses
    if !statuses.isEmpty, statuses.allSatisfy(\.isCancelled) { return .cancelled }
    if own == .preliminary { return .preliminary }
    if entries.observations.contains(where: { $0.status == .corrected || $0.status == .amended }) { return .corrected }
    let event = document.first("documentationOf")?.first("serviceEvent").flatMap(ResultEntries.status(of:))
    let isPreliminary = !statuses.isEmpty && statuses.allSatisfy { $0 == .preliminary || $0.isCancelled }
    return isPreliminary || event == .preliminary ? .preliminary : .final
  }

  /// A body that is no XML (a PDF).
  private static func bodies(of document: XMLElement) -> [String] {
    document.all("component").compactMap { $0.first("nonXMLBody")?.first("text") }
      .map { $0.stated("mediaType") ?? "application/octet-stream" }
  }

  /// The participant REF of XD-LAB: who ordered, when, and for which institution.
  static func readOrderer(_ document: XMLElement, into report: inout Report, notes: inout ReadingNotes) {
    guard let participant = document.all("participant").first(where: { $0.attribute("typeCode") == "REF" }),
      let entity = participant.first("associatedEntity")
    else { return }
    report.ordered = notes.start(of: participant.first("time")) ?? report.ordered
    report.clinician = entity.first("associatedPerson")?.items("name").lazy.compactMap { PersonName($0)?.text }.first
    report.orderingInstitution = entity.first("scopingOrganization")?.organization()
  }

  /// The encounter's ActEncounterCode.
  static func setting(_ document: XMLElement) -> Setting? {
    switch document.first("componentOf")?.first("encompassingEncounter")?.first("code")?.stated("code") {
    case "AMB": .outpatient
    case "IMP", "ACUTE", "NONAC", "SS": .inpatient
    case "EMER": .emergency
    default: nil
    }
  }
}
