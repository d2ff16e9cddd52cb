package import Clinical
import Crypto
import Messages
package import PersonIndex
package import RegistryStore

/// A message that was read and resolved, ready to be accepted: everything that needs no database is done.
struct IncomingMessage: Sendable {
  var digest: [UInt8]
  var institution: String
  /// As the message writes it.
  var sender: String
  var messageID: String
  var messageTime: Instant
  var content: [UInt8]
  var dialect: Dialect
  var label: String
  var line: Int
  var column: Int
  /// Whose feed it was said to be.
  var feedOf: String?
  /// Of the reference data it was read with.
  var generation: Int64
  var frame: String
  var prologue: [UInt8]
  var findings: [Finding]
  var body: [UInt8]
  var reports: [IncomingReport]
  var patientEvents: [IncomingPatientEvent] = []
}

/// What a source says of its own patients' numbers.
struct IncomingPatientEvent: Sendable {
  var event: PatientEvent
  /// The code of the institution that says it.
  var institution: String
}

/// One report of it, or one part of a report.
struct IncomingReport: Sendable {
  var institution: String
  var number: String
  private var boxed: ReportOutline
  /// What the message says of it, without patient, results and findings.
  var outline: Report { boxed.report }
  var content: [UInt8]
  var packed: [UInt8]
  var results: Int
  var unmappedItems: Int
  var patient: IncomingPatient
  /// The record that the patient was said to be before, where that is known already.
  var record: Int64?

  init(
    _ report: Report, institution: String, content: [UInt8], packed: [UInt8], unmappedItems: Int,
    patient: IncomingPatient
  ) {
    self.institution = institution
    number = report.reportNumber
    boxed = ReportOutline(of: report)
    self.content = content
    self.packed = packed
    results = report.resultCount
    self.unmappedItems = unmappedItems
    self.patient = patient
  }

  var age: ReportVersionAge {
    ReportVersionAge(
      versionTime: outline.versionTime, status: outline.status, messageTime: outline.messageTime,
      contentDigest: content.hex)
  }

  /// What it says, whole, but for the patient.
  var report: Report {
    get throws {
      try packed.withUnsafeBytes { try ReportPacking.unpack($0, messageTime: outline.messageTime) }
    }
  }

  /// The number of a report for one patient alone, where the sender gives it to several: an id that stands in every document.
  static func number(_ number: String, ofRecord record: Int64) -> String { "\(number)@\(record)" }

  /// The report under its patient's own number. By the one that was sent its versions still know one another.
  func scoped(toRecord record: Int64) throws -> IncomingReport {
    try renamed(IncomingReport.number(number, ofRecord: record), identities: [number])
  }

  /// The report under another number, and with further ids.
  func renamed(_ number: String, identities: [String] = []) throws -> IncomingReport {
    var report = try report
    report.identities += identities
    report.reportNumber = number
    report.numberAssigner = nil
    var result = self
    result.number = number
    result.boxed = ReportOutline(of: report)
    result.packed = ReportPacking.pack(report)
    result.content = Registry.contentDigest(result.packed, institution: institution)
    return result
  }
}

/// A report without patient, results and findings. In a box: even so it is large, and goes through many hands.
private final class ReportOutline: Sendable {
  let report: Report

  init(of report: Report) {
    var report = report
    (report.patient, report.observations, report.studies) = (Patient(), [], [])
    (report.findingsText, report.impression) = (nil, nil)
    self.report = report
  }
}

/// The patient of a report, as the person index wants them.
package final class IncomingPatient: Sendable {
  let patient: Patient
  /// As the index compares it.
  package let record: PersonIndex.PersonRecord
  package let key: RecordKey
  /// What stands for a patient without any number.
  let reportNumber: String
  /// Normalised; those that identify nobody left out.
  package let numbers: [Identifier]
  package let digest: [UInt8]
  package let packed: [UInt8]
  /// Of the key and of what was said: half a digest is enough to tell them from all others.
  let fingerprint: Fingerprint

  typealias Fingerprint = SIMD2<UInt64>

  /// - Parameter reportNumber: what stands for a patient without any number.
  package init(_ patient: Patient, institution: String, reportNumber: String) {
    self.patient = patient
    self.reportNumber = reportNumber
    let normalised = patient.identifiers.map { PersonNumbers.normalised($0) }
    numbers = PersonNumbers.usable(among: normalised)
    let number = PersonNumbers.recordKey(of: numbers)
    key =
      number.map { RecordKey(institution: institution, $0) }
      ?? RecordKey(institution: institution, kind: Identifying.reportKey, value: reportNumber)
    record = PersonIndex.PersonRecord(key: key, patient, normalised: normalised)
    packed = PatientPacking.pack(patient)
    digest = SHA256.hash(data: packed).bytes(16)
    var whole: [UInt8] = []
    for part in [key.institution, key.kind, key.value] {
      whole += part.utf8
      whole.append(0x1F)
    }
    whole += digest
    fingerprint = SHA256.hash(data: whole).withUnsafeBytes { $0.loadUnaligned(as: Fingerprint.self) }
  }
}

/// A message that cannot be taken in.
struct RefusedMessage: Sendable {
  var digest: [UInt8]
  var finding: Finding
  var label: String
  var frame: String
  /// Prefixes bound around it, which a retry needs too.
  var prologue: [UInt8]
  /// Where in the file it begins, and whose feed that was said to be.
  var line: Int
  var column: Int
  var feedOf: String?
  var body: [UInt8]
  /// What an answer needs of it.
  var envelope = MessageEnvelope(dialect: nil, messageID: nil)
}

extension IncomingPatientEvent {
  /// Whether one that it is about has no number to be found by.
  var isAboutNobody: Bool {
    let stated = StatedPatients(
      StoredPatientEvent(
        event: "", institution: institution, kind: event.kind, message: 0, at: event.at, recordedAt: event.at,
        patient: event.patient, prior: event.prior))
    if stated.patient.numbers.isEmpty { return true }
    return event.kind != .update && (stated.prior?.numbers.isEmpty ?? true)
  }
}

extension IncomingPatientEvent {
  /// What it says, as bytes.
  var content: [UInt8] {
    var bytes = Array("\(institution)\u{1F}\(event.kind.rawValue)\u{1F}\(event.at.milliseconds)\u{1F}".utf8)
    bytes += PatientPacking.pack(event.patient)
    if let prior = event.prior { bytes += PatientPacking.pack(prior) }
    return bytes
  }
}
