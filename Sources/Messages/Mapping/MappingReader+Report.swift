import Clinical
import XMLReading

/// Message, reports, results, in this order.
extension MappingReader {
  mutating func message(_ root: XMLElement) throws(Refusal) -> Message {
    traceConditions(root)
    let keys = mapping.sections.message
    let scope = scope(root, "", "message")
    if let sent = sent(keys.test, scope), let field = keys.test {
      switch sent.text.uppercased() {
      case "P": break
      case "T", "D":
        throw Refusal(
          .testMessage, "it is marked as a test or training message: send it again without the mark if it is real",
          at: value(of: sent, at: scope))
      default:
        note(
          .unknownCode, "\(field.key) is neither P, T nor D: give it a table in the mapping",
          at: value(of: sent, at: scope))
      }
    }
    guard let time = instant(keys.time, scope) else {
      throw Refusal(
        .missingMessageTime,
        "no message time that can be placed, where mapping \(mapping.name) looks for it: message.time",
        at: root)
    }
    let id = text(keys.id, scope)
    let groups = groups(root)
    if groups.isEmpty {
      throw Refusal(
        .missingReportNumber, "no element for a report, where mapping \(mapping.name) looks for it: report.each",
        at: root)
    }
    var reports: [Report] = []
    for group in groups { reports.append(try report(group, reports.count, messageTime: time)) }
    for keys in mapping.sections.observations { noteLeft(keys.each) }
    var message = Message(dialect: .mapped, messageID: id, messageTime: time, reports: reports)
    message.mapping = mapping.name
    return message
  }

  private mutating func report(_ group: Group, _ index: Int, messageTime: Instant) throws(Refusal) -> Report {
    let keys = mapping.sections.report
    let scope = scope(group[0], "", "report", index)
    guard let source = organization(keys.source, scope) ?? notes.context.from else {
      throw missing(.missingSource, "who reports it", "report.source", group[0])
    }
    guard let number = text(keys.number, scope) else {
      throw missing(.missingReportNumber, "report number", "report.number", group[0])
    }
    var report = Report(
      source: source, reportNumber: number, patient: try patient(group, scope), versionTime: messageTime,
      messageTime: messageTime, updateMode: mapping.updateMode)
    report.status = .final
    var header = MappingHeader(header(report, scope, isFirst: true))
    var content = MappingContent(isOfSeveral: group.count > 1)
    readContent(of: group[0], into: &content, scope.name)
    content.endRow(header.report.status)
    for (index, element) in group.enumerated().dropFirst() {
      let row = self.scope(element, scope.name, "row", index)
      if let own = text(keys.number, row), own != number {
        note(.leftAside, "rows of one report have several numbers: the first is taken for the report's", at: element)
      }
      // What a row leaves out the first told for all.
      report.status = header.report.status
      let said = self.header(report, row, isFirst: false)
      header.absorb(said)
      readContent(of: element, into: &content, scope.name)
      content.endRow(said.report.status)
    }
    report = header.whole(messageTime)
    report.observations = content.wholeObservations
    report.studies = content.studies
    noteRepetitions(in: report, at: group[0])
    return report
  }

  /// What a report's element says of it as a whole.
  private mutating func header(_ blank: Report, _ scope: Scope, isFirst: Bool) -> MappingHeader.Row {
    let keys = mapping.sections.report
    var report = blank
    report.reported = instant(keys.reported, scope)
    let versionTime = instant(keys.versionTime, scope)
    if versionTime == nil, isFirst { recordVersionTime(of: scope, isReported: report.reported != nil) }
    report.status = status(keys.status, scope) ?? blank.status
    report.ordered = instant(keys.ordered, scope)
    report.performed = instant(keys.performed, scope)
    report.orderCode = code(keys.orderCode, scope)
    report.orderNumber = text(keys.orderNumber, scope)
    report.section = text(keys.section, scope)
    report.setting = word(keys.setting, scope, as: Setting.self)
    report.orderingInstitution = organization(keys.orderingInstitution, scope)
    report.department = text(keys.department, scope)
    report.clinician = text(keys.clinician, scope)
    report.findingsText = text(keys.findings, scope)
    report.impression = text(keys.impression, scope)
    report.attachments = texts(keys.attachments, scope)
    report.identities = texts(keys.identities, scope)
    return .init(report: report, versionTime: versionTime ?? report.reported)
  }

  func missing(_ code: Finding.Code, _ what: String, _ key: String, _ element: XMLElement) -> Refusal {
    Refusal(code, "no \(what), where mapping \(mapping.name) looks for it: \(key)", at: element)
  }

  // MARK: Results and images

  private mutating func readContent(of element: XMLElement, into content: inout MappingContent, _ name: String) {
    let scope = Scope(element: element, name: name)
    for (index, keys) in mapping.sections.observations.enumerated() {
      for element in elements(keys.each, scope) where content.isNew(element, of: index) {
        let scope = self.scope(element, name, "observations", content.observations.count)
        if let observation = observation(keys, scope) { content.observations.append(observation) }
      }
    }
    for keys in mapping.sections.studies {
      for element in elements(keys.each, scope) {
        content.add(study(keys, self.scope(element, name, "studies", content.studies.count)))
      }
    }
  }

  /// Rows of results that belong to no report: what they say would be lost without a word.
  mutating func noteLeft(_ rows: MappingRows) {
    guard mapping.sections.observations.contains(where: { $0.each == rows }), let left = tables[rows]?.table.left,
      let first = left.first
    else { return }
    note(
      .leftAside, "\(left.count) results belong to no report: observations.where finds none whose texts are theirs",
      at: first)
    tables[rows] = nil
  }

  private mutating func observation(_ keys: MappingSections.ObservationKeys, _ scope: Scope) -> Observation? {
    guard let code = code(keys.code, scope) else {
      note(
        .missingCode, "a result without code and name is left aside: observations.code finds nothing in it",
        at: scope.element)
      return nil
    }
    var observation = Observation(code: code)
    observation.subID = text(keys.subID, scope) ?? ""
    readValue(keys.value, into: &observation, scope)
    observation.unit = text(keys.unit, scope)
    observation.referenceRange = range(keys.referenceRange, scope)
    observation.flags = texts(keys.flags, scope)
    observation.status = status(keys.status, scope)
    observation.collected = instant(keys.collected, scope)
    observation.observed = instant(keys.observed, scope)
    observation.specimen = specimen(keys.specimen, scope)
    observation.method = text(keys.method, scope)
    observation.performer = organization(keys.performer, scope)
    observation.bodySite = self.code(keys.bodySite, scope)
    observation.laterality = self.code(keys.laterality, scope)
    observation.isolate = text(keys.isolate, scope)
    observation.note = text(keys.note, scope)
    observation.recognitionMark = text(keys.recognitionMark, scope)
    return observation
  }

  /// A text is what it looks like; with a display the value is a code.
  private mutating func readValue(
    _ keys: MappingSections.CodeKeys?, into observation: inout Observation, _ scope: Scope
  ) {
    guard let keys else { return }
    noteOtherValues(keys, scope)
    guard let code = code(keys, scope) else {
      note(.noResults, "a result without a value, where observations.value looks for it", at: scope.element)
      return
    }
    observation.value = code.display ?? code.identifier
    if keys.display == nil {
      observation.valueKind = Observation.ValueKind(of: code.identifier)
    } else {
      observation.valueKind = .coded
      observation.valueCode = code
    }
  }

  /// A path that leads to several texts gives the first.
  private mutating func noteOtherValues(_ keys: MappingSections.CodeKeys, _ scope: Scope) {
    for field in [keys.identifier, keys.display] {
      guard let field, case .path(let path) = field.value.source else { continue }
      let all = places(path, from: scope.element)
      guard all.count > 1, found(field.value, field, scope, several: true).count > 1 else { continue }
      note(
        .leftAside,
        "a result with several values, of which the first is taken: give each its row with observations.each",
        at: all[1].element)
    }
  }

  private mutating func study(_ keys: MappingSections.StudyKeys, _ scope: Scope) -> ImagingStudy {
    var study = ImagingStudy()
    study.studyInstanceUID = text(keys.studyInstanceUID, scope).map {
      $0.hasPrefix("urn:oid:") ? String($0.dropFirst(8)) : $0
    }
    study.accessionNumber = text(keys.accessionNumber, scope)
    study.modality = text(keys.modality, scope)
    study.bodySite = code(keys.bodySite, scope)
    study.laterality = code(keys.laterality, scope)
    if let sites = keys.otherSites { readSites(sites, into: &study, scope) }
    study.endpoint = text(keys.endpoint, scope)
    study.started = instant(keys.started, scope)
    study.performer = organization(keys.performer, scope)
    return study
  }

  private mutating func readSites(_ keys: MappingSections.SiteKeys, into study: inout ImagingStudy, _ scope: Scope) {
    var seen: Set<ExaminedSite> = Set(study.sites)
    for element in elements(keys.each, scope) {
      let site = self.scope(element, scope.name, "otherSites", study.otherSites.count)
      let examined = ExaminedSite(bodySite: code(keys.bodySite, site), laterality: code(keys.laterality, site))
      guard examined.bodySite != nil || examined.laterality != nil, seen.insert(examined).inserted else { continue }
      study.otherSites.append(examined)
    }
  }

  /// The same item twice can be told apart by nothing but `subID`.
  private mutating func noteRepetitions(in report: Report, at element: XMLElement) {
    if report.observations.isEmpty {
      note(.noResults, "a report without results, where observations.each looks for them", at: element)
    }
    var seen: Set<[String]> = []
    for observation in report.observations
    where !seen.insert([observation.code.system ?? "", observation.code.identifier, observation.subID]).inserted {
      note(
        .duplicateObservation, "an item stands twice in the report: map what tells them apart to observations.subID",
        at: element)
      return
    }
  }
}
