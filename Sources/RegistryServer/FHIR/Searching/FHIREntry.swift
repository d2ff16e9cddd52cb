import Clinical
import Registry

/// A resource of somebody's record before it is written: what searches ask of it.
struct FHIREntry: Sendable {
  struct Key: Hashable, Sendable {
    let type: FHIRType
    let id: String
  }

  let key: Key
  /// What `date` asks for; nil where there is none.
  var time: ClosedRange<Int64>?
  var lastUpdated: Instant
  var codings: [FHIRCoding] = []
  var categories: [FHIRCoding] = []
  var status: String?
  /// What it names, by the name of the search parameter that an include takes.
  var references: [String: [Key]] = [:]
  let write: @Sendable () -> FHIRDocument

  var type: FHIRType { key.type }
  var id: String { key.id }
}

/// A person's record as entries.
struct FHIRRecord: Sendable {
  let writing: FHIRWriting
  /// Which message told a version, by its digest: where Provenance is asked for.
  var origins: [String: MessageOrigin] = [:]

  private var record: HealthRecord { writing.record }
  private var patientKey: FHIREntry.Key { .init(type: .patient, id: record.person) }

  /// Of a type, in the order of the record: the newest first.
  func entries(_ type: FHIRType) -> [FHIREntry] {
    switch type {
    case .patient: [patient]
    case .diagnosticReport: record.reports.map(report)
    case .observation: record.reports.flatMap { report in report.results.map { observation($0, of: report) } }
    case .specimen: record.reports.flatMap { report in report.specimens.map { specimen($0, of: report) } }
    case .imagingStudy: record.reports.flatMap { report in report.imagingStudies.map { study($0, of: report) } }
    case .provenance: record.reports.flatMap { report in report.versions.map { provenance($0, of: report) } }
    case .organization, .auditEvent, .consent: []
    }
  }

  /// Everything of the record.
  var all: [FHIREntry] {
    [FHIRType.patient, .diagnosticReport, .observation, .specimen, .imagingStudy, .provenance].flatMap(entries)
  }

  private var patient: FHIREntry {
    FHIREntry(
      key: patientKey, lastUpdated: record.reports.map(\.lastUpdated).max() ?? record.knownAt,
      write: { [writing] in writing.patient() })
  }

  func report(_ report: RecordedReport) -> FHIREntry {
    let written = FHIRDiagnosticReport(writing: writing, report: report)
    var entry = entry(.diagnosticReport, report.id, report) { written.document }
    entry.time = written.time.range
    (entry.codings, entry.categories, entry.status) = (written.codings, written.categories, written.status)
    entry.references["result"] = report.results.map { .init(type: .observation, id: $0.id) }
    entry.references["specimen"] = report.specimens.map { .init(type: .specimen, id: $0.id) }
    entry.references["imaging-study"] = report.imagingStudies.map { .init(type: .imagingStudy, id: $0.id) }
    return entry
  }

  private func observation(_ result: RecordedResult, of report: RecordedReport) -> FHIREntry {
    let written = FHIRObservation(writing: writing, report: report, result: result)
    var entry = entry(.observation, result.id, report) { written.document }
    entry.time = written.time?.range
    (entry.codings, entry.categories, entry.status) = (written.codings, written.categories, written.status)
    if let id = report.specimenID(of: result) { entry.references["specimen"] = [.init(type: .specimen, id: id)] }
    return entry
  }

  private func specimen(_ specimen: RecordedSpecimen, of report: RecordedReport) -> FHIREntry {
    var entry = entry(.specimen, specimen.id, report) { [writing] in writing.document(specimen, of: report) }
    entry.time = specimen.collected?.range
    entry.codings =
      (specimen.specimen.type.map { [$0.coding(of: report.institution)] } ?? [])
      + (specimen.type.map { [FHIRCoding("urn:huren:specimen", $0)] } ?? [])
    return entry
  }

  private func study(_ study: RecordedStudy, of report: RecordedReport) -> FHIREntry {
    var entry = entry(.imagingStudy, study.id, report) { [writing] in writing.document(study, of: report) }
    entry.time = (study.study.started ?? report.report.performed)?.range
    entry.codings = study.study.modality.map { [FHIRCoding("http://dicom.nema.org/resources/ontology/DCM", $0)] } ?? []
    entry.status = report.state.isCancelled ? "cancelled" : "available"
    return entry
  }

  private func provenance(_ version: RecordedVersion, of report: RecordedReport) -> FHIREntry {
    var entry = FHIREntry(
      key: .init(type: .provenance, id: report.provenanceID(of: version)), lastUpdated: version.recordedAt,
      write: { [writing, origins] in writing.provenance(of: version, report, origins[version.digest]) })
    entry.time = version.recordedAt.range
    entry.references["target"] = [.init(type: .diagnosticReport, id: report.id)]
    return entry
  }

  private func entry(
    _ type: FHIRType, _ id: String, _ report: RecordedReport, write: @escaping @Sendable () -> FHIRDocument
  ) -> FHIREntry {
    var entry = FHIREntry(key: .init(type: type, id: id), lastUpdated: report.lastUpdated, write: write)
    entry.references["subject"] = [patientKey]
    entry.references["patient"] = [patientKey]
    return entry
  }
}
