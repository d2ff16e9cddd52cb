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
  }

  private mutating func add(_ name: String, _ report: Report) {
    add(name + ".source", report.source)
    add(name + ".number", report.reportNumber)
    add(name + ".number.within", report.numberAssigner)
    add(name + ".replaces", report.lineage?.replaces ?? [])
    add(name + ".status", report.status?.rawValue)
    add(name + ".versionTime", report.versionTime)
    add(name + ".reported", report.reported)
    add(name + ".updateMode", "\(report.updateMode)")
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

  private mutating func add(_ name: String, _ patient: Patient) {
    add(name + ".identifiers", patient.identifiers.map { $0.kind.rawValue + " " + $0.value })
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

  private mutating func add(_ name: String, _ instant: Instant?) {
    add(name, instant.map { zone.rfc3339($0) })
  }

  private mutating func add(_ name: String, _ value: String?) {
    if let value { data.append(Explanation.Datum(name: name, value: value)) }
  }
}
