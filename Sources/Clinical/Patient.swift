/// A number by which a person is known. `local`, `outpatient` and `inpatient` numbers mean something only within the
/// institution that gave them: the report's source.
public struct Identifier: Hashable, Sendable {
  /// The identifier types of the contracts.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    case residentID = "resident-id"
    case healthCard = "health-card"
    case passport
    case insurance
    case birthCertificate = "birth-certificate"
    case military
    case hkMacauPermit = "hk-macau-permit"
    case taiwanPermit = "taiwan-permit"
    case permanentResidence = "permanent-residence"
    case motherResidentID = "mother-resident-id"
    case local
    case outpatient
    case inpatient

    /// Whether the number means something only within the institution that gave it.
    public var isWithinInstitution: Bool { self == .local || self == .outpatient || self == .inpatient }
  }

  public var kind: Kind
  /// Trimmed, otherwise verbatim.
  public var value: String
  /// Who assigned a number that means something only within an institution, as sent: `namespace&oid` (CX.4, an id's root, a FHIR system).
  /// nil: the report's source. What it is stands in the catalogue; a domain that is not in there is one of the source's own.
  public var assigner: String?

  public init(_ kind: Kind, _ value: String, assigner: String? = nil) {
    self.kind = kind
    self.value = value
    self.assigner = assigner
  }
}

/// Administrative sex: HL7 table 0001, GB/T 2261.1, FHIR administrative-gender.
public enum Sex: String, Sendable, CaseIterable, Codable {
  case male, female, other, unknown

  /// Reads the codes of HL7 v2 table 0001 (M F O U A N), GB/T 2261.1 (0 1 2 9), FHIR and the Chinese words.
  public init?(code: some StringProtocol) {
    switch code.lowercased() {
    case "m", "male", "1", "男", "男性": self = .male
    case "f", "female", "2", "女", "女性": self = .female
    case "o", "other", "a", "n", "9", "un", "5", "6": self = .other
    case "u", "unknown", "0", "unk", "未知", "未知的性别", "未说明": self = .unknown
    default: return nil
    }
  }
}

/// The person a report is about, as one message tells it.
public struct Patient: Hashable, Sendable {
  /// In the order sent, without repetition.
  public var identifiers: [Identifier] = []
  /// As one text: Chinese without a space, others given name first.
  public var name: String?
  /// Other names sent (maiden, Latin, former).
  public var otherNames: [String] = []
  public var sex: Sex?
  public var birthDate: CalendarDate?
  public var phones: [String] = []
  public var address: String?
  /// PID-25 or FHIR multipleBirthInteger: 1 for the first of a multiple birth.
  public var birthOrder: Int?
  public var motherName: String?

  public init() {}

  /// One text of a name's pieces: family and given joined without a space when either is written in Han characters,
  /// otherwise given names first.
  public static func joinName(family: String?, given: [String]) -> String? {
    let family = family.flatMap { $0.isEmpty ? nil : $0 }
    let given = given.filter { !$0.isEmpty }
    let pieces = [family].compactMap { $0 } + given
    if pieces.isEmpty { return nil }
    let isHan = pieces.contains { $0.unicodeScalars.contains { $0.value >= 0x3400 && $0.properties.isIdeographic } }
    return isHan ? pieces.joined() : (given + [family].compactMap { $0 }).joined(separator: " ")
  }
}
