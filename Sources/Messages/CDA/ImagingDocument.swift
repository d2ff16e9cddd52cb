import Clinical
import XMLReading

/// A diagnostic imaging report as CDA (DICOM PS3.20; C-CDA Diagnostic Imaging Report).
enum ImagingDocument {
  private static let documentTemplates: Set<String> = ["2.16.840.1.113883.10.20.22.1.5", "1.2.840.10008.9.1"]

  /// - Throws: `unknownDialect` when the document is none: it holds nothing the registry takes.
  static func read(_ document: XMLElement, _ narrative: Narrative, notes: inout ReadingNotes) throws(Refusal) -> Report
  {
    let event = document.first("documentationOf")?.first("serviceEvent")
    let isImaging =
      document.first("code")?.stated("code") == "18748-4" || document.hasTemplate(documentTemplates)
    guard isImaging, let event, let concept = event.first("code")?.concept(narrative) else {
      throw Refusal(
        .unknownDialect,
        "a document without results: looked for C0006, C0007, a laboratory or results section with observations, and an imaging report",
        at: document)
    }
    var report = try CDAHeader.report(
      document, number: ResultsDocument.reportNumber([], of: document), notes: &notes)
    for section in CDAHeader.sections(of: document) {
      guard let text = section.first("text").map({ Narrative.squeezed($0.wholeText) }).flatMap({ Filler.value($0) })
      else {
        continue
      }
      switch section.first("code")?.stated("code") {
      case "121070", "18782-3", "59776-5": report.findingsText = text
      case "121072", "19005-8", "121076": report.impression = text
      default: break
      }
    }
    report.orderCode = concept.code
    report.orderCodeTranslations = concept.translations
    report.performed = notes.start(of: event.first("effectiveTime"))
    report.studies = studies(of: document, notes: &notes)
    var observation = Observation(code: concept.code)
    observation.translations = concept.translations
    observation.observed = report.performed
    observation.performer = event.performer
    if let findings = report.findingsText {
      observation.value = findings
      observation.valueKind = .text
    }
    report.observations = [observation]
    return report
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
