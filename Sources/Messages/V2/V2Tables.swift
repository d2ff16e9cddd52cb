import Clinical

/// The HL7 v2 tables the registry reads.
enum V2Tables {
  /// Table 0085, observation result status. D and W take a result back and are no status.
  static func observationStatus(_ code: String) -> ResultStatus? {
    switch code {
    // U: final without being sent again. V: verified, final and reviewed.
    case "F", "U", "V": .final
    case "C": .corrected
    case "A": .amended
    case "B": .appended
    case "P", "R": .preliminary
    case "S": .partial
    case "I", "O", "N": .registered
    case "X": .cancelled
    default: nil
    }
  }

  /// Table 0123, result status of the report, and what senders write of table 0085 in its place.
  static func reportStatus(_ code: String) -> ResultStatus? {
    switch code {
    case "F", "U", "V": .final
    case "C": .corrected
    case "B": .appended
    // M: corrected, not final.
    case "P", "R", "M": .preliminary
    case "A": .partial
    // N: the procedure is completed, its results pending.
    case "I", "O", "S", "N": .registered
    case "X", "D": .cancelled
    // Posted as wrong, e.g. for another patient.
    case "W": .enteredInError
    // No order, or no patient, on record: nothing is reported.
    case "Y", "Z": .unknown
    default: nil
    }
  }

  /// Table 0004, patient class.
  static func setting(_ code: String) -> Setting? {
    switch code.uppercased() {
    case "O", "R", "C", "B": .outpatient
    case "I", "P": .inpatient
    case "E": .emergency
    case "T": .checkup
    default: nil
    }
  }

  /// Table 0103: what is not of real use. (Some write the mode, archive or restore, in its place: those are none.)
  static func isTest(_ processing: String) -> Bool { ["T", "D", "N", "V"].contains(processing.uppercased()) }

  /// Table 0396, coding systems, as far as values are coded with them.
  static func isCodingSystem(_ name: String) -> Bool {
    let name = name.uppercased()
    let names = [
      "L", "LN", "SCT", "SNM", "SNM3", "SNT", "C4", "C5", "DCM", "I9", "I9C", "I10", "I10C", "UML", "UMD", "NCBI",
    ]
    if names.contains(name) { return true }
    if name.hasPrefix("HL7") || name.hasPrefix("99") { return name.utf8.count >= 5 }
    return name.hasPrefix("2.16.") && name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || $0 == 46 }
  }

  /// Table 0074, diagnostic service sections, and DICOM modalities: those whose reports have images behind them.
  static func hasImages(_ section: String) -> Bool {
    [
      "RAD", "RX", "RUS", "CT", "CTH", "MR", "MRI", "NMR", "NMS", "NM", "OUS", "VUS", "CUS", "XRC", "US", "DX", "CR",
      "DR",
      "XA", "RF", "MG", "PET", "ES", "IMG", "PACS", "RIS", "放射", "超声", "内镜", "影像", "核医学",
    ].contains(section.uppercased())
  }

  /// Table 0203, identifier type, and the words of Chinese senders; nil for numbers of visits, accounts and other things that are not the
  /// person's.
  static func identifierKind(_ code: String) -> Identifier.Kind? {
    switch code.uppercased() {
    case "MR", "PI", "PT", "U", "": .local
    case "NI", "NNCHN", "ID", "CZ": .residentID
    case "PPN", "PP", "DP": .passport
    case "JHN", "HC", "NH": .healthCard
    case "MC", "SS", "NIIP", "SB": .insurance
    case "MI": .military
    case "BCT", "BCFN", "BR": .birthCertificate
    case "PRC": .permanentResidence
    default: Identifier.Kind(rawValue: code.lowercased()) ?? chineseKinds[words(code)]
    }
  }

  /// Without blanks and what a form adds to the name of a document.
  private static func words(_ code: String) -> String {
    var words = String(code.uppercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" })
    for ending in ["号码", "号"] where words.hasSuffix(ending) { words.removeLast(ending.count) }
    return words
  }

  private static let chineseKinds: [String: Identifier.Kind] = [
    "身份证": .residentID, "居民身份证": .residentID, "二代身份证": .residentID, "公民身份": .residentID,
    "SFZ": .residentID, "SFZH": .residentID, "SFZHM": .residentID, "IDCARD": .residentID, "IDCARDNO": .residentID,
    "护照": .passport,
    "健康卡": .healthCard, "居民健康卡": .healthCard, "电子健康卡": .healthCard, "电子健康码": .healthCard,
    "医保": .insurance, "医保卡": .insurance, "社保": .insurance, "社保卡": .insurance, "医疗保险": .insurance,
    "军官证": .military, "士兵证": .military, "警官证": .military, "军人证": .military,
    "出生证": .birthCertificate, "出生证明": .birthCertificate, "出生医学证明": .birthCertificate,
    // Not 港澳通行证 and 台湾通行证: those are also what residents of the mainland travel with.
    "港澳居民来往内地通行证": .hkMacauPermit, "回乡证": .hkMacauPermit,
    "台胞证": .taiwanPermit, "台湾居民来往大陆通行证": .taiwanPermit, "台湾居民来往内地通行证": .taiwanPermit,
    "外国人永久居留身份证": .permanentResidence, "永久居留证": .permanentResidence, "外国人永久居留证": .permanentResidence,
    "病历": .local, "病案": .local, "患者": .local, "患者ID": .local, "病人ID": .local, "病人": .local, "PATIENTID": .local,
    "就诊卡": .local, "诊疗卡": .local,
    "门诊": .outpatient, "MZH": .outpatient,
    "住院": .inpatient, "ZYH": .inpatient,
  ]
}
