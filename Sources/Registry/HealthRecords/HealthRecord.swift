public import Catalogue
public import Clinical
public import Recognition

/// For whose eyes a health record is read.
public enum RecordReader: Hashable, Sendable {
  /// Who treats, or orders, at the institution of a code. What the person does not consent to is withheld, unless glass is broken.
  case institution(String, breaksGlass: Bool = false)
  /// The person themselves: of the own record nothing is withheld but what is not surely theirs.
  case person
}

/// What somebody may see of a person's record 一档: the current state of each report. The one answer to that question, for FHIR, pages and
/// images alike: what a decision must not hear of is not in it.
public final class HealthRecord: Sendable {
  /// The code in use.
  public let person: String
  /// Codes that were merged into it.
  public let formerCodes: [String]
  /// By which values are read and consents looked up. Never to be shown: see `patient`.
  public let facts: PersonFacts
  /// What is said of the patient by records of which the reader sees something: name, sex and birth date told last; numbers only of records
  /// of the reader's own.
  public let patient: Patient
  /// The newest first; reports of one time by institution and number.
  public let reports: [RecordedReport]
  /// With which it was read.
  public let reference: ReferenceData
  /// What was recorded by then is in it.
  public let knownAt: Instant

  init(
    person: String, formerCodes: [String], facts: PersonFacts, patient: Patient, reports: [RecordedReport],
    reference: ReferenceData, knownAt: Instant
  ) {
    (self.person, self.formerCodes, self.facts, self.patient) = (person, formerCodes, facts, patient)
    (self.reports, self.reference, self.knownAt) = (reports, reference, knownAt)
  }

  /// The report that has, or had, an id: any of its versions' is one.
  public func report(id: String) -> RecordedReport? {
    reports.first { $0.id == id } ?? reports.first { $0.otherIDs.contains(id) }
  }
}

/// A part of a report as a reader may see it. Shared, not copied: a record has hundreds, each of hundreds of values.
public final class RecordedReport: Sendable, Identifiable {
  /// Told by its first version: the same whatever comes after. Letters, digits, `-` and `.`, 30 at most.
  public let id: String
  /// By which the other versions would tell it.
  let otherIDs: Set<String>
  /// As the newest version leaves it, without what is withheld.
  public let state: ReportState
  /// What was ordered; nil where the code is not mapped.
  public let orderItem: Item?
  public let results: [RecordedResult]
  /// The versions that it was folded of, in the order in which they were recorded.
  public let versions: [RecordedVersion]
  let past: ReportPast
  /// When it last changed: when the last of its versions was recorded.
  public let lastUpdated: Instant

  public var report: Report { state.report }
  public var institution: String { state.institution }
  /// What it is ordered by: when its results were taken or made, else reported.
  public let clinicalTime: Instant

  init(
    id: String, otherIDs: Set<String>, state: ReportState, orderItem: Item?, results: [RecordedResult],
    versions: [RecordedVersion], past: ReportPast, lastUpdated: Instant
  ) {
    (self.id, self.otherIDs, self.state, self.orderItem) = (id, otherIDs, state, orderItem)
    (self.results, self.versions, self.past, self.lastUpdated) = (results, versions, past, lastUpdated)
    let report = state.report
    clinicalTime =
      report.performed ?? results.lazy.compactMap(\.clinicalTime).max() ?? report.reported ?? report.versionTime
  }
}

/// A result of a report. Shared, not copied.
public final class RecordedResult: Sendable, Identifiable {
  /// Within the registry: the report's with a mark of the code, the sub-id and the specimen.
  public let id: String
  public let observation: Observation
  public let reading: ObservationReading

  init(id: String, observation: Observation, reading: ObservationReading) {
    (self.id, self.observation, self.reading) = (id, observation, reading)
  }

  /// When the specimen was taken, else when it was observed.
  public var clinicalTime: Instant? { observation.collected ?? observation.observed }
}

/// One version of a report, as one message told it.
public struct RecordedVersion: Sendable {
  /// The digest of what it says, in hexadecimal.
  public let digest: String
  public let recordedAt: Instant
  /// The message that told it, by the registry's number.
  let message: Int64
}
