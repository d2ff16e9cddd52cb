import Recognition
import Catalogue
import Clinical
import Registry

/// A report, or one of its versions, as a DiagnosticReport.
struct FHIRDiagnosticReport: Sendable {
  let writing: FHIRWriting
  let report: RecordedReport
  /// nil: as it is now.
  var version: RecordedVersion?

  private var state: ReportState { version.flatMap { report.state(after: $0) } ?? report.state }

  var codings: [FHIRCoding] {
    let told = state.report
    let sent = ([told.orderCode].compactMap { $0 } + told.orderCodeTranslations).map {
      $0.coding(of: report.institution)
    }
    return FHIRWriting.once(sent + FHIRWriting.codings(of: report.orderItem))
  }

  /// What was ordered, else what it is made of.
  var categories: [FHIRCoding] {
    let kinds = [report.orderItem?.category] + report.results.map { $0.reading.item?.category }
    return FHIRWriting.once(kinds.compactMap { $0 }.flatMap { $0.codings(isReport: true) })
  }

  var status: String { (report.report.status ?? .unknown).rawValue }
  var time: Instant { report.clinicalTime }

  var document: FHIRDocument {
    let state = state
    let told = state.report
    let results = version == nil ? report.results : report.results(of: state)
    return .resource("DiagnosticReport") { resource in
      resource.add("id", report.id)
      resource.add("meta", writing.meta(report, version: version?.digest, version?.recordedAt))
      // What was seen is a finding; R4 has a place for what it means alone.
      resource.add(extension: "urn:huren:findings", "String", told.findingsText?.nonBlank.map { .text($0) })
      resource.add(
        "identifier",
        each: [
          FHIRDocument.element {
            $0.add("system", "urn:huren:report:" + report.institution)
            $0.add("value", told.reportNumber)
          }
        ])
      resource.add("status", (told.status ?? .unknown).rawValue)
      resource.add("category", each: [writing.concept(categories, text: told.section)])
      resource.add("code", writing.concept(codings, text: told.orderCode?.display) ?? .element([("text", .text("—"))]))
      resource.add("subject", writing.subject)
      resource.add("effectiveDateTime", writing.dateTime(time))
      resource.add("issued", writing.instant(told.reported))
      resource.add("performer", each: [writing.organization(code: report.institution)])
      resource.add("specimen", each: report.specimens(of: results).map { .reference(.specimen, $0.id) })
      resource.add("result", each: results.map { .reference(.observation, $0.id) })
      resource.add("imagingStudy", each: report.imagingStudies.map { .reference(.imagingStudy, $0.id) })
      resource.add("conclusion", told.impression)
      resource.add("presentedForm", each: told.attachments.map(Self.attachment))
    }
  }

  /// Its type or its address: the bytes are not kept.
  private static func attachment(_ told: String) -> FHIRDocument? {
    FHIRDocument.element { attachment in
      let isType = told.wholeMatch(of: /[a-z]+\/[A-Za-z0-9.+-]+/) != nil
      if isType { attachment.add("contentType", told) }
      let isAddress = told.contains("://") && !told.contains(where: \.isWhitespace)
      if isAddress { attachment.add("url", told) }
      if !isType, !isAddress { attachment.add("title", told) }
    }
  }
}
