import Clinical

/// All data of a message by name, in the order in which one reads a report. The names are those of the keys of mapping files.
struct DatumList {
  private(set) var data: [Explanation.Datum] = []
  let zone: RegistryZone

  init(zone: RegistryZone) { self.zone = zone }

  mutating func add(_ message: Message) {
    add("message.id", message.messageID)
    add("message.time", message.messageTime)
    for (index, report) in message.reports.enumerated() { add("report[\(index + 1)]", report) }
    for (index, event) in message.patientEvents.enumerated() { add("patientEvent[\(index + 1)]", event) }
  }

  private mutating func add(_ name: String, _ report: Report) {
    add(name + ".source", report.source)
    add(name + ".number", report.reportNumber)
    add(name + ".numberAssigner", report.numberAssigner)
    add(name + ".identities", report.identities)
    add(name + ".replaces", report.lineage?.replaces ?? [])
    add(name + ".status", report.status?.rawValue)
    add(name + ".versionTime", report.versionTime)
    add(name + ".reported", report.reported)
    add(name + ".updateMode", report.updateMode.name)
    add(name + ".ordered", report.ordered)
    add(name + ".performed", report.performed)
    add(name + ".orderCode", report.orderCode)
    for (index, code) in report.orderCodeTranslations.enumerated() {
      add(name + ".orderCodeTranslations[\(index + 1)]", code)
    }
    add(name + ".orderNumber", report.orderNumber)
    add(name + ".section", report.section)
    add(name + ".setting", report.setting?.rawValue)
    add(name + ".orderingInstitution", report.orderingInstitution)
    add(name + ".department", report.department)
    add(name + ".clinician", report.clinician)
    add(name + ".findings", report.findingsText)
    add(name + ".impression", report.impression)
    add(name + ".attachments", report.attachments)
    add(name + ".patient", report.patient)
    for (index, observation) in report.observations.enumerated() {
      add(name + ".observations[\(index + 1)]", observation)
    }
    for (index, study) in report.studies.enumerated() { add(name + ".studies[\(index + 1)]", study) }
  }

  private mutating func add(_ name: String, _ event: PatientEvent) {
    add(name + ".kind", event.kind.rawValue)
    add(name + ".source", event.source)
    add(name + ".at", event.at)
    add(name + ".patient", event.patient)
    if let prior = event.prior { add(name + ".prior", prior) }
  }

  private mutating func add(_ name: String, _ patient: Patient) {
    for (index, identifier) in patient.identifiers.enumerated() {
      add(name + ".identifiers[\(index + 1)]", identifier.kind.rawValue + " " + identifier.value)
      add(name + ".identifiers[\(index + 1)].assigner", identifier.assigner)
    }
    add(name + ".name", patient.name)
    add(name + ".otherNames", patient.otherNames)
    add(name + ".sex", patient.sex?.rawValue)
    add(name + ".birthDate", patient.birthDate?.iso)
    add(name + ".phones", patient.phones)
    add(name + ".address", patient.address)
    add(name + ".birthOrder", patient.birthOrder.map(String.init))
    add(name + ".motherName", patient.motherName)
  }

  private mutating func add(_ name: String, _ observation: Observation) {
    add(name + ".code", observation.code)
    for (index, code) in observation.translations.enumerated() { add(name + ".translations[\(index + 1)]", code) }
    add(name + ".subID", observation.subID.isEmpty ? nil : observation.subID)
    if let code = observation.valueCode {
      add(name + ".value", code)
      if observation.value != code.display ?? code.identifier { add(name + ".value.text", observation.value) }
    } else {
      add(name + ".value", observation.value)
    }
    add(name + ".unit", observation.unit)
    add(name + ".referenceRange", observation.referenceRange)
    add(name + ".flags", observation.flags)
    add(name + ".status", observation.status?.rawValue)
    add(name + ".removed", observation.isRemoved ? "yes" : nil)
    add(name + ".collected", observation.collected)
    add(name + ".observed", observation.observed)
    add(name + ".specimen.identifier", observation.specimen?.identifier)
    add(name + ".specimen.type", observation.specimen?.type)
    add(name + ".method", observation.method)
    add(name + ".performer", observation.performer)
    add(name + ".bodySite", observation.bodySite)
    add(name + ".laterality", observation.laterality)
    add(name + ".isolate", observation.isolate)
    add(name + ".isImpression", observation.isImpression ? "yes" : nil)
    add(name + ".note", observation.note)
    add(name + ".recognitionMark", observation.recognitionMark)
  }

  private mutating func add(_ name: String, _ study: ImagingStudy) {
    add(name + ".studyInstanceUID", study.studyInstanceUID)
    add(name + ".accessionNumber", study.accessionNumber)
    add(name + ".modality", study.modality)
    add(name + ".bodySite", study.bodySite)
    add(name + ".laterality", study.laterality)
    for (index, site) in study.otherSites.enumerated() {
      add(name + ".otherSites[\(index + 1)].bodySite", site.bodySite)
      add(name + ".otherSites[\(index + 1)].laterality", site.laterality)
    }
    add(name + ".endpoint", study.endpoint)
    add(name + ".started", study.started)
    add(name + ".performer", study.performer)
  }

  private mutating func add(_ name: String, _ code: Code?) {
    add(name, code?.identifier)
    add(name + ".display", code?.display)
    add(name + ".system", code?.system)
  }

  private mutating func add(_ name: String, _ organization: OrganizationReference?) {
    add(name, organization?.identifier)
    add(name + ".oid", organization?.oid)
    add(name + ".name", organization?.name)
    add(name + ".application", organization?.application)
  }

  private mutating func add(_ name: String, _ texts: [String]) {
    for (index, text) in texts.enumerated() { add(name + "[\(index + 1)]", text) }
  }

  /// A time that is known by its day alone is that day.
  private mutating func add(_ name: String, _ instant: Instant?) {
    add(name, instant.map { $0.precision == .day ? zone.date(of: $0).iso : zone.rfc3339($0) })
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { data.append(Explanation.Datum(name: name, value: value)) }
  }
}

extension Report.UpdateMode {
  fileprivate var name: String {
    switch self {
    case .update: "update"
    case .snapshot: "snapshot"
    case .part: "part"
    case .document: "document"
    }
  }
}
