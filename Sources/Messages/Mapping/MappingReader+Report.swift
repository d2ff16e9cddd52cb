import Clinical
import XMLReading

/// Message, reports, patient, results, in this order.
extension MappingReader {
  /// Elements that together are one report; the first tells of it, each may hold results.
  private typealias Group = [XMLElement]

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
    var message = Message(dialect: .mapped, messageID: id, messageTime: time, reports: reports)
    message.mapping = mapping.name
    return message
  }

  /// The reports' elements, in the order of the first of each.
  private mutating func groups(_ root: XMLElement) -> [Group] {
    let elements = places(mapping.sections.report.each, from: root).map(\.element)
    guard let key = mapping.sections.report.groupBy else { return elements.map { [$0] } }
    var groups: [Group] = []
    var positions: [String: Int] = [:]
    for (index, element) in elements.enumerated() {
      guard let value = text(key, scope(element, "", "rows", index)) else {
        groups.append([element])
        continue
      }
      if let position = positions[value] {
        groups[position].append(element)
      } else {
        positions[value] = groups.count
        groups.append([element])
      }
    }
    return groups
  }

  private mutating func report(_ group: Group, _ index: Int, messageTime: Instant) throws(Refusal) -> Report {
    let keys = mapping.sections.report
    let element = group[0]
    let scope = scope(element, "", "report", index)
    guard let source = organization(keys.source, scope) else {
      throw missing(.missingSource, "who reports it", "report.source", element)
    }
    guard let number = text(keys.number, scope) else {
      throw missing(.missingReportNumber, "report number", "report.number", element)
    }
    let patient = try patient(group, scope)
    let reported = instant(keys.reported, scope)
    let versionTime = instant(keys.versionTime, scope)
    if versionTime == nil { recordVersionTime(of: scope, isReported: reported != nil) }
    var report = Report(
      source: source, reportNumber: number, patient: patient,
      versionTime: versionTime ?? reported ?? messageTime, messageTime: messageTime,
      updateMode: mapping.updateMode)
    report.reported = reported
    report.status = status(keys.status, scope) ?? .final
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
    for element in group { readContent(of: element, into: &report, scope.name) }
    noteRepetitions(in: report, at: element)
    return report
  }

  private func missing(_ code: Finding.Code, _ what: String, _ key: String, _ element: XMLElement) -> Refusal {
    Refusal(code, "no \(what), where mapping \(mapping.name) looks for it: \(key)", at: element)
  }

  // MARK: Patient

  /// The patient of all elements of a report.
  private mutating func patient(_ group: Group, _ scope: Scope) throws(Refusal) -> Patient {
    let patient = patient(self.scope(group[0], scope.name, "patient"))
    if patient.identifiers.isEmpty, patient.name == nil {
      throw missing(.missingPatient, "identifier and no name of a patient", "patient", group[0])
    }
    for (index, element) in group.enumerated().dropFirst() {
      let other = self.patient(self.scope(element, scope.name, "row", index))
      guard contradicts(patient, other) else { continue }
      throw Refusal(
        .conflictingPatient, "rows of one report number tell of different patients: send each patient's report apart",
        at: element)
    }
    return patient
  }

  /// Whether two rows cannot be about one person. What one of them leaves out is no contradiction.
  private func contradicts(_ a: Patient, _ b: Patient) -> Bool {
    if let name = a.name, let other = b.name, name != other { return true }
    return Identifier.Kind.allCases.contains { kind in
      let values = a.identifiers.filter { $0.kind == kind }
      let others = b.identifiers.filter { $0.kind == kind }
      return !values.isEmpty && !others.isEmpty && Set(values).isDisjoint(with: others)
    }
  }

  private mutating func patient(_ scope: Scope) -> Patient {
    let keys = mapping.sections.patient
    var patient = Patient()
    for identifier in keys.identifiers { add(identifier, to: &patient, scope) }
    patient.name = text(keys.name, scope)
    patient.otherNames = texts(keys.otherNames, scope)
    patient.sex = sex(keys.sex, scope)
    patient.birthDate = date(keys.birthDate, scope)
    patient.phones = texts(keys.phones, scope)
    patient.address = text(keys.address, scope)
    patient.motherName = text(keys.motherName, scope)
    if let sent = sent(keys.birthOrder, scope) {
      patient.birthOrder = Int(sent.text)
      if patient.birthOrder == nil {
        note(.unreadableNumber, "patient.birthOrder is no whole number", at: value(of: sent, at: scope))
      }
    }
    return patient
  }

  private mutating func add(_ keys: MappingSections.IdentifierKeys, to patient: inout Patient, _ scope: Scope) {
    for sent in found(keys.value, scope) {
      guard let type = found(keys.type, scope).first else { continue }
      guard let kind = Identifier.Kind(rawValue: type.text) else {
        note(
          .unknownCode, "a type of identifier that is not known: give it a table in the mapping",
          at: value(of: type, at: scope))
        continue
      }
      let identifier = Identifier(kind, sent.text)
      if patient.identifiers.contains(identifier) { continue }
      patient.identifiers.append(identifier)
      record(sent, keys.value, scope, "identifiers[\(patient.identifiers.count)]")
    }
  }

  private mutating func found(_ field: MappingField, _ scope: Scope) -> [Sent] {
    found(field.value, field, scope, several: true)
  }

  // MARK: Results and images

  private mutating func readContent(of element: XMLElement, into report: inout Report, _ name: String) {
    for keys in mapping.sections.observations {
      for place in places(keys.each, from: element) {
        let scope = scope(place.element, name, "observations", report.observations.count)
        if let observation = observation(keys, scope) { report.observations.append(observation) }
      }
    }
    for keys in mapping.sections.studies {
      for place in places(keys.each, from: element) {
        let scope = scope(place.element, name, "studies", report.studies.count)
        let study = study(keys, scope)
        let isFindable = study.studyInstanceUID != nil || study.accessionNumber != nil || study.endpoint != nil
        if isFindable, !report.studies.contains(study) { report.studies.append(study) }
      }
    }
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
    observation.note = text(keys.note, scope)
    observation.recognitionMark = text(keys.recognitionMark, scope)
    return observation
  }

  /// A text is what it looks like; with a display the value is a code.
  private mutating func readValue(
    _ keys: MappingSections.CodeKeys?, into observation: inout Observation, _ scope: Scope
  ) {
    guard let keys, let code = code(keys, scope) else { return }
    observation.value = code.display ?? code.identifier
    if keys.display == nil {
      observation.valueKind = Observation.ValueKind(of: code.identifier)
    } else {
      observation.valueKind = .coded
      observation.valueCode = code
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
    study.endpoint = text(keys.endpoint, scope)
    study.started = instant(keys.started, scope)
    study.performer = organization(keys.performer, scope)
    return study
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
