import Clinical
import XMLReading

/// DiagnosticReport → report. An Observation that stands as a report of its own has the same elements under the same names, its
/// value instead of results.
extension FHIRMessageReader {
  mutating func report(_ index: Int) throws(FHIRUnfit) -> Report {
    let resource = resources.all[index]
    let element = resource.element
    try refuseTest(element)
    let source = try source(of: index)
    let subject = try subject(ofReport: index, source)
    // Every report carries its patient's numbers.
    resultCount += subject.patient.identifiers.count / 4
    let composition = composition(of: resource.bundle).map { resources.all[$0].element }
    let messageTime = messageTime(ofBundle: resource.bundle)
    let latest = self.messageTime(ofBundle: 0) ?? messageTime
    let updated = told(element.first("meta")?.first("lastUpdated"), by: latest)
    let issued = told(element.first("issued"), by: latest ?? updated)
    let written = isDocument(resource) ? told(composition?.first("date"), by: latest) : nil
    let version = issued ?? updated ?? written ?? messageTime
    let unknown = Instant(milliseconds: .min)
    var report = Report(
      source: source, reportNumber: number(of: resource) ?? "", patient: subject.patient,
      versionTime: version ?? unknown,
      messageTime: messageTime ?? updated ?? version ?? unknown, updateMode: .part)
    report.reported = issued
    report.status = status(ofReport: resource, composition)
    let codes = element.first("code")?.codes ?? []
    report.orderCode = codes.first
    report.orderCodeTranslations = Array(codes.dropFirst())
    report.section = section(of: element)
    report.performed = start(of: element.choice("effective"))
    report.identities = identities(of: resource)
    readOrder(of: index, into: &report)
    try readStudies(of: index, subject, into: &report)
    readText(of: index, into: &report)
    if report.performed == nil { report.performed = report.studies.compactMap(\.started).min() }
    let specimens = element.all("specimen")
    let frame = FHIRReportFrame(
      report: index, subject: subject, isExam: isExam(report, element), performed: report.performed,
      studies: report.studies, specimen: specimens.count == 1 ? specimens.first : nil, status: report.status)
    report.observations = try results(frame)
    if version == nil { try takeNewestTime(of: &report, element) }
    if report.reportNumber.isEmpty { report.reportNumber = madeNumber(report, element) }
    if report.observations.isEmpty, report.studies.isEmpty, report.findingsText == nil, report.attachments.isEmpty,
      report.status?.isCancelled != true
    {
      note(
        .noResults, "a report with neither results, images nor text of findings (text.div and conclusion are none)",
        at: element)
    }
    return report
  }

  /// The report's number: its identifier; else its id, which its source's server gave it. Written as a reference (`DiagnosticReport/7`)
  /// no id is taken for somebody's number.
  private func number(of resource: FHIRResources.Resource) -> String? {
    if let number = resource.element.identifier(preferring: "FILL", refusing: "PLAC") { return number }
    if let id = resource.element.value("id") { return resource.type + "/" + id }
    return resource.fullURL.map(FHIRAddress.normalized).map { FHIRAddress.local($0) ?? $0 }
  }

  /// What stands for a number where there is none at all: a digest of whose it is, of what and of when, so that what is sent again of the
  /// same replaces it.
  private mutating func madeNumber(_ report: Report, _ element: XMLElement) -> String {
    note(
      .missingReportNumber, "neither identifier, id nor fullUrl: patient, code and time stand for the report's number",
      at: element)
    let patient = report.patient
    let number = patient.identifiers.map { "\($0.kind.rawValue)|\($0.value)|\($0.assigner ?? "")" }.min()
    let facts = [
      number ?? "\(patient.name ?? "")|\(patient.birthDate?.iso ?? "")", report.orderCode?.system ?? "",
      report.orderCode?.identifier ?? "", String(report.performed?.milliseconds ?? report.versionTime.milliseconds),
    ]
    // FNV-1a, 64 bits.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in facts.joined(separator: "\u{1F}").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return element.name + "/~" + String(hash, radix: 16)
  }

  /// The Composition that a Bundle is the document of; of a Bundle in a Bundle its own before the outer one's.
  func composition(of index: Int) -> Int? {
    var next: Int? = index
    while let bundle = next {
      if let first = resources.bundles[bundle].compositions.first {
        return resources.bundles[bundle].compositions.count == 1 ? first : nil
      }
      next = resources.bundles[bundle].parent
    }
    return nil
  }

  /// Whether a report is the one that its Bundle is the document of: then the document's time and ids are its version's.
  private func isDocument(_ report: FHIRResources.Resource) -> Bool {
    let bundle = resources.bundles[report.bundle]
    return report.type == "DiagnosticReport" && bundle.reports == 1 && bundle.compositions.count == 1
  }

  /// The ids by which documents know one another: their own where they can be nobody else's, and those that the Composition says
  /// it replaces. Only of a document with one report: of several none could be told which replaces which.
  private func identities(of report: FHIRResources.Resource) -> [String] {
    let bundle = resources.bundles[report.bundle]
    guard isDocument(report) else { return [] }
    let composition = resources.all[bundle.compositions[0]].element
    let own = [bundle.element.first("identifier"), composition.first("identifier")].compactMap(\.self)
    var identities: [String] = []
    var replaces = false
    for relation in composition.all("relatesTo") where relation.value("code") == "replaces" {
      replaces = true
      guard let target = relation.first("targetIdentifier") ?? relation.first("targetReference")?.first("identifier"),
        let value = target.value("value")
      else { continue }
      identities += [FHIRNumber(target)?.identity, value].compactMap { $0 }
    }
    for identifier in own {
      guard let value = identifier.value("value"), let identity = FHIRNumber(identifier)?.identity else { continue }
      if replaces || value.hasPrefix("urn:") { identities.append(identity) }
    }
    var seen: Set<String> = []
    return identities.filter { seen.insert($0).inserted }
  }

  /// What a history deleted and a document that was entered in error withdraw overrides what the report says.
  private mutating func status(ofReport resource: FHIRResources.Resource, _ composition: XMLElement?) -> ResultStatus {
    if resource.isDeleted || composition?.value("status") == "entered-in-error" {
      note(
        .leftAside, "deleted since, or its document was entered in error: the report is withdrawn", at: resource.element
      )
      return .enteredInError
    }
    return status(of: resource.element) ?? .final
  }

  /// nil when none is stated, which is noted.
  mutating func status(of element: XMLElement) -> ResultStatus? {
    if let modifier = element.first("modifierExtension") {
      note(
        .unknownCode,
        "a modifierExtension may turn what the resource says into its contrary: its status counts as unknown",
        at: modifier)
      return .unknown
    }
    if let meta = element.first("meta"), meta.has("SUBSETTED", in: "tag") {
      note(
        .leftAside,
        "meta says SUBSETTED: a part of the resource only, whose status counts as unknown; ask for it whole",
        at: meta)
      return .unknown
    }
    guard let code = element.value("status") else {
      note(.missingStatus, "no status: send final, corrected, cancelled…", at: element)
      return nil
    }
    if let status = FHIRCodes.status(code) { return status }
    note(.unknownCode, "a status that FHIR does not know: send final, corrected, cancelled…", at: element)
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

  /// What the report concludes, its text forms as findings, and the names of its documents and pictures.
  private mutating func readText(of index: Int, into report: inout Report) {
    let element = resources.all[index].element
    // STU3 writes codedDiagnosis, R5 notes.
    let codes = element.all("conclusionCode") + element.all("codedDiagnosis")
    let notes = resources.all[index].type == "Observation" ? [] : element.all("note").map { $0.value("text") }
    var impression: [String] = []
    for case let text? in [element.value("conclusion")] + codes.map(\.conceptText) + notes
    where !impression.contains(text) {
      impression.append(text)
    }
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
    // STU3 writes image.
    for link in (element.all("media") + element.all("image")).compactMap({ $0.first("link") }) {
      guard let found = follow(link, to: ["Media", "DocumentReference"], from: index) else { continue }
      let media = resources.all[found].element
      let content = media.first("content").map { $0.first("attachment") ?? $0 }
      if let name = content.flatMap(FHIRAttachment.name) { report.attachments.append(name) }
    }
  }
}
