import Clinical
import XMLReading

/// A diagnostic imaging report as CDA (DICOM PS3.20; C-CDA Diagnostic Imaging Report; ELGA).
enum ImagingDocument {
  private static let documentTemplates: Set<String> = [
    "2.16.840.1.113883.10.20.22.1.5", "1.2.840.10008.9.1", "1.2.40.0.34.11.5", "1.2.40.0.34.6.0.11.0.12",
  ]

  /// LOINC: diagnostic imaging study, radiology note, and by modality CT, MRI, ultrasound, nuclear medicine, PET, X-ray, mammography,
  /// echocardiography, endoscopy, colonoscopy, catheterization.
  private static let documentCodes: Set<String> = [
    "18748-4", "68604-8", "18747-6", "18755-9", "18760-9", "18757-5", "18758-3", "11528-7", "24606-6", "11522-0",
    "18751-8",
    "18746-8", "18745-0", "11525-3",
  ]

  static func isImaging(_ document: XMLElement) -> Bool {
    if document.hasTemplate(documentTemplates) { return true }
    let codes = document.first("code").map { [$0] + $0.all("translation") } ?? []
    return codes.compactMap { $0.stated("code") }.contains(where: documentCodes.contains)
  }

  /// - Parameter entries: what was read of sections that hold results.
  /// - Throws: `unknownDialect` when nothing says what was examined.
  static func read(
    _ document: XMLElement, _ entries: ResultEntries, notes: inout ReadingNotes
  ) throws(Refusal) -> Report {
    let event = document.all("documentationOf").lazy.compactMap { $0.first("serviceEvent") }
      .first { $0.first("code")?.concept(entries.narrative) != nil }
    let order = document.first("inFulfillmentOf")?.first("order")
    guard
      let concept = [event, order, document].lazy.compactMap({ $0?.first("code")?.concept(entries.narrative) }).first
    else {
      throw Refusal(
        .unknownDialect, "an imaging report that does not say what was examined: send serviceEvent with its code",
        at: document)
    }
    var report = try CDAHeader.report(document, mode: .document, notes: &notes)
    report.status = CDAHeader.status(document) ?? report.status
    readTexts(of: document, into: &report, notes: &notes)
    report.orderCode = concept.code
    report.orderCodeTranslations = concept.translations
    report.performed = notes.start(of: event?.first("effectiveTime"))
    report.setting = ResultsDocument.setting(document)
    ResultsDocument.readOrderer(document, into: &report, notes: &notes)
    let sites = sites(of: document)
    report.studies = studies(of: document, notes: &notes)
    if report.studies.isEmpty, let study = study(event, order) { report.studies = [study] }
    if report.studies.count == 1 {
      report.studies[0].bodySite = sites.first?.bodySite
      report.studies[0].laterality = sites.first?.laterality
      report.studies[0].otherSites = Array(sites.dropFirst())
      report.studies[0].started = report.studies[0].started ?? report.performed
      let accession = order?.identifiers.first { $0.extension != nil }?.value
      report.studies[0].accessionNumber = report.studies[0].accessionNumber ?? accession
    }
    var observation = Observation(code: concept.code)
    observation.translations = concept.translations
    observation.observed = report.performed
    observation.performer = event?.performer
    observation.bodySite = sites.first?.bodySite
    observation.laterality = sites.first?.laterality
    if let findings = report.findingsText {
      observation.value = findings
      observation.valueKind = .text
    }
    report.observations = [observation] + entries.observations
    report.attachments = entries.attachments.unrepeated
    report.numberRepetitions()
    return report
  }

  /// Findings and impression, each of all its sections; a section below one is of it. Measurements in the entries are told in the text, and
  /// read from there alone.
  private static func readTexts(of document: XMLElement, into report: inout Report, notes: inout ReadingNotes) {
    var findings: [String] = []
    var impression: [String] = []
    func read(_ section: XMLElement, _ around: Part) {
      let part = Part(section.first("code")?.stated("code")) ?? around
      if part == .catalogue { return }
      let text = section.first("text")?.narrativeText.filled
      switch part {
      case .findings: findings += text.map { [$0] } ?? []
      case .impression: impression += text.map { [$0] } ?? []
      default: break
      }
      if part == .findings || part == .impression {
        for entry in section.all("entry") where !entry.holdsTemplate(ResultTemplates.all) {
          notes.leave(valuesIn: entry, "a value in an entry of a text: the text alone is read")
        }
      } else if part == .unknown, let text = section.first("text"),
        Filler.value(text.narrativeText) != nil
      {
        notes.note(.leftAside, "a section that is neither findings nor impression: it is left aside", at: text)
      }
      for component in section.all("component") { for inner in component.all("section") { read(inner, part) } }
    }
    let body = document.all("component").compactMap { $0.first("structuredBody") }
    for section in ([document] + body).flatMap({ $0.all("component") }).flatMap({ $0.all("section") }) {
      read(section, .unknown)
    }
    report.findingsText = findings.joinedLines
    report.impression = impression.joinedLines
  }

  /// What a section of an imaging report is, by DICOM's code or LOINC's.
  private enum Part {
    case findings, impression, catalogue
    /// Why it was asked for, how it was done, with what it was compared.
    case circumstances
    case unknown

    init?(_ code: String?) {
      switch code {
      case "121070", "18782-3", "59776-5": self = .findings
      case "121072", "19005-8", "121076", "55110-1": self = .impression
      case "121181", "55113-5": self = .catalogue
      case "121109", "18785-6", "121060", "11329-0", "121062", "55115-0", "121064", "55111-9", "55114-3", "121068",
        "18834-2",
        "121066", "121074", "18783-1", "29299-5", "121077", "121117", "42349-1", "46239-0", "10164-2", "8716-3",
        "30954-2",
        "48765-2", "18716-1", "BRIEFT", "BEIL", "ABBEM", "400999005", "87273-9":
        self = .circumstances
      default: return nil
      }
    }
  }

  /// What was examined, by the procedures that name a site.
  private static func sites(of document: XMLElement) -> [ExaminedSite] {
    var sites: [ExaminedSite] = []
    for section in CDAHeader.sections(of: document) {
      for act in section.all("entry").flatMap({ Array($0.children) }) where ["procedure", "act"].contains(act.name) {
        guard act.isStatement, let target = act.first("targetSiteCode"), let code = target.concept(nil)?.code else {
          continue
        }
        let site = ExaminedSite(bodySite: code, laterality: target.laterality)
        if !sites.contains(site) { sites.append(site) }
      }
    }
    return sites
  }

  /// The study that the service event is (PS3.20: its id is the Study Instance UID), or that was ordered under an accession number.
  private static func study(_ event: XMLElement?, _ order: XMLElement?) -> ImagingStudy? {
    let uids = event?.identifiers.compactMap { id -> String? in
      guard id.extension == nil, let root = id.root, !Root.isExample(root) else { return nil }
      return root.utf8.filter { $0 == 46 }.count >= 6 ? ImagingStudy.uid(root) : nil
    }
    let accession = order?.identifiers.first { $0.extension != nil }?.value
    guard let uid = uids?.first ?? nil else {
      guard let accession else { return nil }
      var study = ImagingStudy()
      study.accessionNumber = accession
      return study
    }
    var study = ImagingStudy()
    study.studyInstanceUID = uid
    return study
  }

  /// The studies of a DICOM object catalogue: acts with the DICOM code 113014, series within them (113015) with their
  /// modality.
  static func studies(of document: XMLElement, notes: inout ReadingNotes) -> [ImagingStudy] {
    var result: [ImagingStudy] = []
    for section in CDAHeader.sections(of: document) where section.first("code")?.stated("code") == "121181" {
      for act in section.all("entry").flatMap({ $0.all("act") }) where act.first("code")?.stated("code") == "113014" {
        guard let uid = act.identifiers.lazy.compactMap({ ImagingStudy.uid($0.value) }).first else { continue }
        var study = ImagingStudy()
        study.studyInstanceUID = uid
        study.started = notes.start(of: act.first("effectiveTime"))
        let series = act.related.first { $0.first("code")?.stated("code") == "113015" }
        let qualifiers = series?.first("code")?.all("qualifier") ?? []
        study.modality = qualifiers.first { $0.first("name")?.stated("code") == "121139" }?.first("value")?.stated(
          "code")
        result.append(study)
      }
    }
    return result
  }
}
