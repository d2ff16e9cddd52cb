import Clinical

/// The value sets of FHIR R4 and HL7 v3 the registry reads.
enum FHIRCodes {
  /// diagnostic-report-status and observation-status; both are spelt as `ResultStatus` is.
  static func status(_ code: String) -> ResultStatus? { ResultStatus(rawValue: code) }

  /// HL7 v3 ActEncounterCode, and the words Chinese senders use.
  static func setting(_ code: String) -> Setting? {
    switch code.uppercased() {
    case "AMB", "HH", "VR", "门诊", "OUTPATIENT": .outpatient
    case "IMP", "ACUTE", "NONAC", "OBSENC", "SS", "住院", "INPATIENT": .inpatient
    case "EMER", "急诊", "EMERGENCY": .emergency
    case "体检", "CHECKUP": .checkup
    default: nil
    }
  }

  /// OIDs of China's identifier registries (WS/T 500, the OIDs under 2.16.156.10011.1).
  static func identifierKind(oid: String) -> Identifier.Kind? {
    switch oid {
    case "2.16.156.10011.1.3": .residentID
    case "2.16.156.10011.1.11": .outpatient
    case "2.16.156.10011.1.12": .inpatient
    case "2.16.156.10011.1.19": .healthCard
    default: nil
    }
  }

  /// HL7 table 0203, its national numbers (`NNCHN`) included; nil for numbers of visits, accounts and other things. What is
  /// `U` (unspecified) or PT (another system's) says nothing about whose number it is.
  static func identifierKind(type: String) -> Identifier.Kind? {
    switch type.uppercased() {
    case "", "U", "PT": nil
    case let code: V2Tables.identifierKind(code)
    }
  }

  /// Registries in which an identifier is one organization among many: their OID names none of them.
  static func isOrganizationRegistry(_ oid: String) -> Bool {
    // Institutions of China; the United States' NPI and CLIA.
    ["2.16.156.10011.1.5", "2.16.840.1.113883.4.6", "2.16.840.1.113883.4.7"].contains(oid)
  }

  /// Categories of imaging: HL7 table 0074, observation-category, DICOM's and LOINC's names for radiology.
  static func isImaging(_ category: String) -> Bool {
    [
      "RAD", "RX", "RUS", "CT", "MR", "NMR", "NMS", "OUS", "VUS", "CUS", "XRC", "IMG", "IMAGING", "US", "DX",
      "LP29684-5",
      "394914008", "363679005",
    ].contains(category.uppercased())
  }

  /// Modalities of objects that stand beside images: reports, presentation states, key notes, segmentations (DICOM PS3.16, CID 29).
  static func isBesideImages(_ modality: String) -> Bool {
    ["SR", "PR", "KO", "SEG", "DOC", "REG", "AU"].contains(modality)
  }

  /// LOINC 19005-8 and the code of 主观提示 (WS 445): an opinion, not a finding.
  static func isImpression(_ code: String) -> Bool { code == "19005-8" || code == "DE04.50.132.00" || code == "IMP" }
}
