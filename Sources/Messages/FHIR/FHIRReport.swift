import Clinical
import XMLReading

/// DiagnosticReport → report. An Observation that stands as a report of its own has the same elements under the same names, its
/// value instead of results.
extension FHIRMessageReader {
  mutating func report(_ index: Int, _ reached: inout Set<Int>) throws(Refusal) -> Report {
    let element = resources.all[index].element
    try refuseTest(element)
    guard let number = element.identifier(preferring: "FILL", refusing: "PLAC") else {
      throw Refusal(
        .missingReportNumber,
        "no identifier with a value: a report needs its number (the resource id is the server's own, not a number)",
        at: element)
    }
    let source = try source(of: index)
    let subject = try patient(ofReport: index, source)
    let reported = instant(element.first("issued"))
    let updated = instant(element.first("meta")?.first("lastUpdated"))
    guard let version = reported ?? updated else {
      throw Refusal(
        .missingMessageTime, "neither issued nor meta.lastUpdated can be read: a report needs its time", at: element)
    }
    var report = Report(
      source: source, reportNumber: number, patient: subject.patient, versionTime: version,
      messageTime: messageTime(ofBundle: resources.all[index].bundle) ?? updated ?? version, updateMode: .snapshot)
    report.reported = reported
    report.status = status(of: element) ?? .final
    let codes = element.first("code")?.codes ?? []
    report.orderCode = codes.first
    report.orderCodeTranslations = Array(codes.dropFirst())
    report.section = section(of: element)
    report.performed = start(of: element.choice("effective"))
    readOrder(of: index, into: &report)
    readStudies(of: index, subject, into: &report)
    readText(of: element, into: &report)
    if report.performed == nil { report.performed = report.studies.compactMap(\.started).min() }
    let specimens = element.all("specimen")
    let frame = FHIRReportFrame(
      report: index, subject: subject, isExam: isExam(report, element),
      studyPerformer: report.studies.lazy.compactMap(\.performer).first,
      specimen: specimens.count == 1 ? specimens.first : nil)
    report.observations = try results(frame, &reached)
    if report.observations.isEmpty, report.studies.isEmpty, report.findingsText == nil, report.attachments.isEmpty,
      report.status?.isCancelled != true
    {
      note(.noResults, "a report with neither results, images nor text of findings", at: element)
    }
    return report
  }

  /// Bundle.timestamp, else its meta.lastUpdated; of a Bundle in a Bundle its own before the outer one's. Looked for once per
  /// Bundle: where it is missing, that means passing over every entry.
  mutating func messageTime(ofBundle index: Int) -> Instant? {
    if let known = messageTimes[index] { return known }
    let bundle = resources.bundles[index]
    var time: Instant?
    if bundle.element.name == "Bundle" {
      time =
        instant(bundle.element.first("timestamp")) ?? instant(bundle.element.first("meta")?.first("lastUpdated"))
        ?? bundle.parent.flatMap { messageTime(ofBundle: $0) }
    }
    messageTimes[index] = .some(time)
    return time
  }

  /// nil when none is stated, which is noted.
  mutating func status(of element: XMLElement) -> ResultStatus? {
    guard let code = element.value("status") else {
      note(.missingStatus, "no status: send final, corrected, cancelled…", at: element)
      return nil
    }
    if let status = FHIRCodes.status(code) { return status }
    note(.unknownCode, "a status that FHIR R4 does not know: send final, corrected, cancelled…", at: element)
    return .unknown
  }

  /// A code of HL7 table 0074 where there is one, else the first category.
  private func section(of element: XMLElement) -> String? {
    let codes = element.all("category").flatMap(\.codes)
    return (codes.first { $0.system?.hasSuffix("0074") ?? false } ?? codes.first)?.identifier
  }

  private func isExam(_ report: Report, _ element: XMLElement) -> Bool {
    !report.studies.isEmpty
      || element.all("category").contains { $0.codes.contains { FHIRCodes.isImaging($0.identifier) } }
  }

  private mutating func readText(of element: XMLElement, into report: inout Report) {
    let conclusions = [element.value("conclusion")] + element.all("conclusionCode").map(\.conceptText)
    var impression: [String] = []
    for case let text? in conclusions where !impression.contains(text) { impression.append(text) }
    report.impression = impression.isEmpty ? nil : impression.joined(separator: "\n")
    var findings: [String] = []
    for form in element.all("presentedForm") {
      if let text = FHIRAttachment.text(of: form) {
        findings.append(text)
      } else if let name = FHIRAttachment.name(of: form) {
        report.attachments.append(name)
      } else {
        note(.leftAside, "a presentedForm with neither contentType, url nor readable text", at: form)
      }
    }
    report.findingsText = findings.isEmpty ? nil : findings.joined(separator: "\n")
  }
}
