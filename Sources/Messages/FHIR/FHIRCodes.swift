import Clinical
import XMLReading

/// The value sets of FHIR and HL7 v3 the registry reads.
enum FHIRCodes {
  /// diagnostic-report-status and observation-status; both are spelt as `ResultStatus` is, but for one of R5.
  static func status(_ code: String) -> ResultStatus? { code == "modified" ? .amended : ResultStatus(rawValue: code) }

  /// HL7 v3 ActEncounterCode, and the words DSTU2 and Chinese senders use.
  static func setting(_ code: String) -> Setting? {
    switch code.uppercased() {
    case "AMB", "HH", "VR", "门诊", "OUTPATIENT", "AMBULATORY", "HOME", "VIRTUAL", "DAYTIME": .outpatient
    case "IMP", "ACUTE", "NONAC", "OBSENC", "SS", "住院", "INPATIENT": .inpatient
    case "EMER", "急诊", "EMERGENCY": .emergency
    case "体检", "CHECKUP": .checkup
    default: nil
    }
  }

  /// Registries in which an identifier is one organization among many: their OID names none of them.
  static func isOrganizationRegistry(_ oid: String) -> Bool {
    // Institutions of China; the United States' NPI and CLIA.
    ["2.16.156.10011.1.5", "2.16.840.1.113883.4.6", "2.16.840.1.113883.4.7"].contains(oid)
  }

  static func isUCUM(_ system: String?) -> Bool {
    switch system {
    case "http://unitsofmeasure.org", "http://unitsofmeasure.org/", "https://unitsofmeasure.org",
      "urn:oid:2.16.840.1.113883.6.8":
      true
    default: false
    }
  }

  /// Male or female, by what a range says whom it is for: SNOMED CT, HL7 v3, FHIR, words.
  static func sex(_ spelling: String) -> Sex? {
    switch spelling {
    case "248153007", "446151000124109": return .male
    case "248152002", "446141000124107": return .female
    default:
      // A digit is the code of something else.
      let sex = spelling.first.map { $0.isLetter } ?? false ? Sex(code: spelling) : nil
      return sex == .male || sex == .female ? sex : nil
    }
  }
}

// MARK: What reports are of

extension FHIRCodes {
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

  /// LOINC's codes for the organism that a culture found.
  static func identifiesOrganism(_ code: String) -> Bool {
    [
      "634-6", "600-7", "6463-4", "11475-1", "630-4", "17928-3", "41852-5", "43409-2", "635-3", "580-1", "6462-6",
      "625-4", "624-7", "606-4", "88461-2", "90423-5",
    ].contains(code)
  }

  /// Names such as *Bacteria identified in Isolate by Culture*.
  static func namesOrganism(_ name: String) -> Bool {
    let name = name.lowercased()
    return name == "organism"
      || (name.contains("identified") && ["bacteria", "organism", "fungus", "yeast"].contains { name.contains($0) })
      || name.contains("病原菌") || name.contains("细菌鉴定")
  }

  /// How an organism bears a drug: HL7 v3 ObservationInterpretationSusceptibility, SNOMED CT, words.
  static func isSusceptibility(_ spelling: String) -> Bool {
    switch spelling.uppercased() {
    case "S", "I", "R", "NS", "SDD", "S-DD", "SYN-S", "SYN-R", "131196009", "30714006", "264841006", "1255965005",
      "SUSCEPTIBLE", "INTERMEDIATE", "RESISTANT", "SENSITIVE", "敏感", "中介", "耐药":
      true
    default: false
    }
  }

  /// Names such as *Ampicillin [Susceptibility]* or a minimal inhibitory concentration.
  static func namesSusceptibility(_ name: String) -> Bool {
    let lower = name.lowercased()
    return lower.contains("susceptib") || lower.contains("inhibitory concentration") || name.contains("MIC")
      || name.contains("药敏")
  }
}

// MARK: Flags

extension FHIRCodes {
  /// HL7 table 0078 and v3 ObservationInterpretation, by the names every release of FHIR gives them.
  static func isInterpretationSystem(_ system: String) -> Bool {
    system.hasSuffix("ObservationInterpretation") || system.hasSuffix("0078") || system.hasSuffix("v2-0078")
      || system == "urn:oid:2.16.840.1.113883.5.83" || system == "urn:oid:2.16.840.1.113883.12.78"
      || system == "http://hl7.org/fhir/observation-interpretation"
  }

  /// The flag a coding stands for: of a system that is not HL7's its words, where it has any.
  static func flag(_ coding: XMLElement) -> String? {
    let code = coding.value("code")
    if let code, coding.value("system").map(isInterpretationSystem) ?? true || isShort(code) { return code }
    return coding.value("display") ?? code
  }

  /// Spelt like a flag: `H`, `LL`, `H*`.
  private static func isShort(_ code: String) -> Bool { code.utf8.count <= 3 && code.first?.isLetter ?? false }
}

// MARK: Numbers of people

extension FHIRCodes {
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

  /// HL7 table 0203, its national numbers (`NNCHN`) included, and the words Chinese senders use; nil for numbers of visits, accounts and other things. What is
  /// `U` (unspecified) or PT (another system's) says nothing about whose number it is.
  static func identifierKind(type: String) -> Identifier.Kind? {
    switch type.uppercased() {
    case "", "U", "PT": nil
    case "身份证", "身份证号", "居民身份证", "居民身份证号": .residentID
    case "门诊号": .outpatient
    case "住院号": .inpatient
    case "病历号", "病案号", "患者编号": .local
    case "健康卡", "健康卡号", "居民健康卡": .healthCard
    case "医保号", "医保卡号": .insurance
    case "护照", "护照号": .passport
    case "军官证": .military
    case "出生证", "出生医学证明": .birthCertificate
    case let code: V2Tables.identifierKind(code)
    }
  }

  /// Table 0203's types of numbers that are a visit's, an account's, an order's or a clinician's.
  static func isNoPersons(type: String) -> Bool {
    switch type.uppercased() {
    case "AN", "ANON", "ANC", "AND", "ANT", "VN", "FI", "ACSN", "PLAC", "FILL", "EN", "EI", "DL", "TAX", "DN", "DR",
      "MD",
      "NP", "NPI", "UPIN", "PRN", "RRI", "LR", "LN", "GN", "GI", "BA", "BN", "WC", "WCN", "XX", "SNO", "UDI", "SL":
      true
    default: false
    }
  }
}
