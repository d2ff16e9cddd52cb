/// The keys of a mapping file, section by section. `MappingDecoder` fills them, `MappingReader` follows them.
struct MappingSections: Sendable {
  /// From the root element.
  struct MessageKeys: Sendable {
    var id: MappingField?
    var time: MappingField
    /// HL7 table 0103: `P`, `T` or `D`.
    var test: MappingField?
  }

  /// From the report's element, which `each` leads to from the root.
  struct ReportKeys: Sendable {
    var each: MappingPath
    /// Elements in which this has the same value are one report; without it, those of one source and number.
    var groupBy: MappingField?
    var source: OrganizationKeys?
    var number: MappingField
    var identities: MappingField?
    var status: MappingField?
    var versionTime: MappingField?
    var reported: MappingField?
    var ordered: MappingField?
    var performed: MappingField?
    var orderCode: CodeKeys?
    var orderNumber: MappingField?
    var section: MappingField?
    var setting: MappingField?
    var orderingInstitution: OrganizationKeys?
    var department: MappingField?
    var clinician: MappingField?
    var findings: MappingField?
    var impression: MappingField?
    var attachments: MappingField?
  }

  /// From the report's element, or from the row that `from` finds for it.
  struct PatientKeys: Sendable {
    var from: MappingRows?
    var identifiers: [IdentifierKeys]
    var name: MappingField?
    var otherNames: MappingField?
    var sex: MappingField?
    var birthDate: MappingField?
    var phones: MappingField?
    var address: MappingField?
    var birthOrder: MappingField?
    var motherName: MappingField?
  }

  struct IdentifierKeys: Sendable {
    /// An identifier type of the contracts, or what leads to one.
    var type: MappingField
    var value: MappingField
    var assigner: MappingField?
  }

  /// From the result's element, which `each` leads to from the report's.
  struct ObservationKeys: Sendable {
    var each: MappingRows
    var code: CodeKeys
    var subID: MappingField?
    var value: CodeKeys?
    var unit: MappingField?
    var referenceRange: RangeKeys?
    var flags: MappingField?
    var status: MappingField?
    var collected: MappingField?
    var observed: MappingField?
    var specimen: SpecimenKeys?
    var method: MappingField?
    var performer: OrganizationKeys?
    var bodySite: CodeKeys?
    var laterality: CodeKeys?
    var isolate: MappingField?
    var note: MappingField?
    var recognitionMark: MappingField?
  }

  /// From the study's element, which `each` leads to from the report's.
  struct StudyKeys: Sendable {
    var each: MappingRows
    var studyInstanceUID: MappingField?
    var accessionNumber: MappingField?
    var modality: MappingField?
    var bodySite: CodeKeys?
    var laterality: CodeKeys?
    var otherSites: SiteKeys?
    var endpoint: MappingField?
    var started: MappingField?
    var performer: OrganizationKeys?
  }

  /// From the site's element, which `each` leads to from the study's.
  struct SiteKeys: Sendable {
    var each: MappingRows
    var bodySite: CodeKeys?
    var laterality: CodeKeys?
  }

  struct CodeKeys: Sendable {
    var identifier: MappingField?
    var display: MappingField?
    var system: MappingField?
  }

  struct OrganizationKeys: Sendable {
    var identifier: MappingField?
    var oid: MappingField?
    var name: MappingField?
    var application: MappingField?
  }

  struct SpecimenKeys: Sendable {
    var identifier: MappingField?
    var type: CodeKeys?
  }

  enum RangeKeys: Sendable {
    case text(MappingField)
    case limits(low: MappingField?, high: MappingField?)
  }

  var message: MessageKeys
  var report: ReportKeys
  var patient: PatientKeys
  var observations: [ObservationKeys]
  var studies: [StudyKeys]
}
