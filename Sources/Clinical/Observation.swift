/// Where a result stands: HL7 v2 tables 0085 and 0123 and FHIR observation-status and diagnostic-report-status, as one list.
public enum ResultStatus: String, Sendable, CaseIterable, Codable {
  case registered, partial, preliminary, final, amended, corrected, appended, cancelled, unknown
  case enteredInError = "entered-in-error"

  /// A newer state of the same moment wins by this order: cancelled > corrected > final > preliminary (recognition.md).
  public var rank: Int {
    switch self {
    case .cancelled, .enteredInError: 4
    case .corrected, .amended, .appended: 3
    case .final: 2
    case .preliminary, .partial, .registered: 1
    case .unknown: 0
    }
  }

  /// final, corrected, amended or appended: check 3 of recognition.md.
  public var isFinal: Bool {
    switch self {
    case .final, .corrected, .amended, .appended: true
    default: false
    }
  }

  /// cancelled or entered in error: check 4 of recognition.md.
  public var isCancelled: Bool { self == .cancelled || self == .enteredInError }
}

/// What was taken from the patient.
public struct Specimen: Hashable, Sendable {
  /// SPM-2, the id of the FHIR Specimen, the barcode.
  public var identifier: String?
  /// The type as spelt by the sender: a code or words. `specimens.csv` says what it is.
  public var type: Code?

  public init(identifier: String? = nil, type: Code? = nil) {
    self.identifier = identifier
    self.type = type
  }
}

/// One result within a report.
public struct Observation: Hashable, Sendable {
  /// What kind of thing the value is.
  public enum ValueKind: UInt8, Sendable {
    /// No value was sent.
    case none = 0
    /// A number, with or without comparator (`5.83`, `<0.01`).
    case quantity = 1
    /// Words, a finding.
    case text = 2
    /// A code: `value` is its display, or the code without one; `valueCode` the code itself.
    case coded = 3
    /// A ratio, range or titre (`1:128`, `3-5`).
    case structured = 4
    /// A date or time.
    case time = 5
    /// A document or picture: `value` says what (`application/pdf`), never the bytes, which stay in the message.
    case attachment = 6
  }

  /// The code within the source institution (OBX-3.1, Observation.code…); never empty: words stand in where there is no code.
  public var code: Code
  /// Further codes for the same thing (OBX-3.4, further codings).
  public var translations: [Code] = []
  /// OBX-4, or what tells repetitions of a code apart; empty where there is none.
  public var subID: String = ""
  public var valueKind: ValueKind = .none
  /// The value as sent, comparator before the number.
  public var value: String?
  public var valueCode: Code?
  /// As sent.
  public var unit: String?
  /// As sent, or `low-high` / `≤high` / `≥low` made of its parts (`<` and `>` where the end itself is outside).
  public var referenceRange: String?
  /// OBX-8, interpretation codes, as sent.
  public var flags: [String] = []
  /// nil: the report's.
  public var status: ResultStatus?
  /// HL7 v2 OBX-11 D or W: this result is taken back.
  public var isRemoved = false
  /// When the specimen was collected (lab).
  public var collected: Instant?
  /// When it was observed, tested or performed.
  public var observed: Instant?
  public var specimen: Specimen?
  public var method: String?
  /// Who performed it, where the message says so; else the report's source.
  public var performer: OrganizationReference?
  public var bodySite: Code?
  public var laterality: Code?
  /// Of what it was found: the organism that a susceptibility is of (OBR-26, an isolate), as the sender names it.
  public var isolate: String?
  /// Whether the sender says that this is an opinion (主观提示, conclusion, `IMP`), not a finding.
  public var isImpression = false
  public var note: String?
  /// The printed recognition mark 互认标识, as sent (e.g. `HR`, `川渝HR`), where a dialect carries one.
  public var recognitionMark: String?

  public init(code: Code) { self.code = code }
}

/// What was examined: a site of the body and, where there are two, its side.
public struct ExaminedSite: Hashable, Sendable {
  public var bodySite: Code?
  public var laterality: Code?

  public init(bodySite: Code?, laterality: Code?) {
    self.bodySite = bodySite
    self.laterality = laterality
  }
}

/// The images behind a report.
public struct ImagingStudy: Hashable, Sendable {
  /// The DICOM Study Instance UID, without `urn:oid:`.
  public var studyInstanceUID: String?
  public var accessionNumber: String?
  /// DICOM modality code.
  public var modality: String?
  /// Body site and side of the first series.
  public var bodySite: Code?
  public var laterality: Code?
  /// Those of series that differ from the first: a side belongs to the site it stands beside.
  public var otherSites: [ExaminedSite] = []
  /// Where the images can be asked for (WADO-RS address).
  public var endpoint: String?
  public var started: Instant?
  /// Who performed it, where the message says so.
  public var performer: OrganizationReference?

  public init() {}

  /// Every site that was examined, each with its side.
  public var sites: [ExaminedSite] {
    bodySite == nil && laterality == nil
      ? otherSites : [ExaminedSite(bodySite: bodySite, laterality: laterality)] + otherSites
  }
}
