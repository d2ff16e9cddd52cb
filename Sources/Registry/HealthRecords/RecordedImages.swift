public import Catalogue
public import Clinical
import RegistryStore

/// Where the pictures of a study lie that a report of a record names.
public struct RecordedImages: Hashable, Sendable {
  /// The source of the report.
  public let institution: String
  /// The source's archive, as reference data has it, never as a message says; nil where none is known, or its address cannot be used.
  public let archive: DICOMwebRoot?

  init(_ report: RecordedReport, _ reference: ReferenceData) {
    institution = report.institution
    archive = reference.institutions[report.institution]?.dicomweb.flatMap { DICOMwebRoot($0) }
  }
}

extension HealthRecord {
  /// Where a study lies; nil where no report that may be seen names it. Of several sources the first that has an archive.
  ///
  /// - Parameter study: a Study Instance UID.
  public func images(of study: String) -> RecordedImages? {
    let places = reports.filter { report in report.report.studies.contains { $0.studyInstanceUID == study } }
      .map { RecordedImages($0, reference) }.sorted { $0.institution < $1.institution }
    return places.first { $0.archive != nil } ?? places.first
  }
}

extension RegistryState {
  /// The number of the last commit that is shown: what was read of one holds for as long as there is none after it.
  public var commit: Int64 { snapshot.commit.number }
}

extension RegistryState {
  /// Where a study lies, as far as somebody may see that a person has it.
  ///
  /// - Parameters:
  ///   - study: a Study Instance UID.
  ///   - code: the person's, or one that was merged into it.
  /// - Returns: the person's code in use, nil where nobody has it; the study's place, nil where the reader may not see it, or there is none.
  /// - Throws: `RegistryError.unknownInstitution`.
  public func images(
    of study: String, ofPerson code: String, for reader: RecordReader, at moment: Instant
  ) throws -> (person: String?, images: RecordedImages?) {
    do {
      let record = try healthRecord(of: code, for: reader, at: moment)
      return (record.person, record.images(of: study))
    } catch RegistryError.unknownPerson {
      return (try snapshot.currentPerson(code), nil)
    }
  }
}
