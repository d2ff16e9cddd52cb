import Clinical

/// The HL7 v2 tables the registry reads.
enum V2Tables {
  /// Table 0085, observation result status. D and W take a result back and are no status.
  static func observationStatus(_ code: String) -> ResultStatus? {
    switch code {
    case "F", "U": .final
    case "C": .corrected
    case "P", "R", "V", "B": .preliminary
    case "S", "A": .partial
    case "I", "O": .registered
    case "X": .cancelled
    case "N": .registered
    default: nil
    }
  }

  /// Table 0123, result status of the report.
  static func reportStatus(_ code: String) -> ResultStatus? {
    switch code {
    case "F": .final
    case "C": .corrected
    case "P", "R": .preliminary
    case "A": .partial
    case "I", "O", "S": .registered
    case "X": .cancelled
    case "M": .corrected
    default: nil
    }
  }

  /// Table 0203, identifier type; nil for numbers of visits, accounts and other things that are not the person's.
  static func identifierKind(_ code: String) -> Identifier.Kind? {
    switch code.uppercased() {
    case "MR", "PI", "PT", "U", "": .local
    case "NI", "NNCHN", "ID", "CZ": .residentID
    case "PPN", "PP": .passport
    case "JHN", "HC", "NH": .healthCard
    case "MC", "SS", "NIIP", "SB": .insurance
    case "MI": .military
    case "BC", "BCT", "BR": .birthCertificate
    case "PRC": .permanentResidence
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
}
