/// A diagnostic report (FHIR DiagnosticReport, HL7 v2 OBR group, CDA document) as one message states it: one version of it.
///
/// Values stand as sent; only times are placed. Items, units, specimens and organizations are interpreted when read.
public struct Report: Hashable, Sendable {
  /// How a newer version stands to the older ones.
  public enum UpdateMode: UInt8, Sendable {
    /// HL7 v2: of the same order, results not repeated stay.
    case update = 0
    /// CDA, vendor documents, v2 senders declared `snapshot`: the newer replaces the older whole.
    case snapshot = 1
    /// FHIR: the newer replaces the older of the same order code; one of another code is another part of the report.
    case part = 2
    /// CDA of other countries, V3 organizers: the newer replaces the older whole, but one that shares no more than the number of an act
    /// with it, and is about other items, specimens or times, stands beside it: senders write one id into every document.
    case document = 3
  }

  /// Who reports it.
  public var source: OrganizationReference
  /// The source's own number of the report (OBR-3, …1.33, DiagnosticReport.identifier). With the source, its identity.
  public var reportNumber: String
  /// Within what the number means something, as sent: `namespace&oid` (an id's root). nil: the source's own numbering. Where the
  /// catalogue does not say that it is the source's own, or the source numbers in several ways, it becomes part of the number: one number
  /// under two roots is two reports.
  public var numberAssigner: String?
  public var patient: Patient
  /// nil: the message states none. A document without one is final (recognition.md): document dialects say `.final` here.
  public var status: ResultStatus?
  /// By what versions are ordered: OBR-22, but MSH-7 where that cannot be; effectiveTime; issued, else lastUpdated, else the Bundle's.
  public var versionTime: Instant
  /// MSH-7, creationTime or what stands for it: the message's own time.
  public var messageTime: Instant
  /// When it was reported (OBR-22, author/time, issued).
  public var reported: Instant?
  public var updateMode: UpdateMode
  /// What was ordered (OBR-4, DiagnosticReport.code).
  public var orderCode: Code?
  public var orderCodeTranslations: [Code] = []
  /// The ordering system's number (OBR-2, ORC-2, …1.24).
  public var orderNumber: String?
  /// OBR-24, DiagnosticReport.category, as sent.
  public var section: String?
  public var setting: Setting?
  public var orderingInstitution: OrganizationReference?
  public var department: String?
  public var clinician: String?
  public var ordered: Instant?
  /// When an examination was performed, where it stands at the report (OBR-7, DiagnosticReport.effective).
  public var performed: Instant?
  public var observations: [Observation] = []
  public var studies: [ImagingStudy] = []
  /// What was seen, as words of the whole report (客观所见); a finding.
  public var findingsText: String?
  /// What it means (主观提示, conclusion). A diagnosis alone is not a result (国卫医发〔2022〕6号 Art. 2).
  public var impression: String?
  /// The report as a document (PDF): its type or address, never the bytes.
  public var attachments: [String] = []
  /// Other ids by which versions of the report know one another: its document's, its set's, those it replaces
  /// (recognition.md, "One state per report"). Each with its root, for ids mean something only within it.
  public var identities: [String] = []
  /// What a document says of its place among the documents of its report; nil where it says nothing.
  public var lineage: DocumentLineage?

  public init(
    source: OrganizationReference, reportNumber: String, patient: Patient, versionTime: Instant, messageTime: Instant,
    updateMode: UpdateMode
  ) {
    self.source = source
    self.reportNumber = reportNumber
    self.patient = patient
    self.versionTime = versionTime
    self.messageTime = messageTime
    self.updateMode = updateMode
  }

  /// The number with that within which it means something.
  public func number(within assigner: String) -> String { reportNumber + "^" + assigner }

  /// How many results it carries: its observations; an examination told without any is one.
  public var resultCount: Int {
    if !observations.isEmpty { return observations.count }
    return studies.isEmpty && findingsText == nil && impression == nil && attachments.isEmpty ? 0 : 1
  }
}

/// A dialect a message can be written in; the words of `huren import` for them.
public enum Dialect: String, Sendable, CaseIterable, Codable {
  case hl7v2XML = "v2.xml"
  case hl7v2ER7 = "v2.er7"
  case chineseCDA = "cda-cn"
  case chineseCDAInRCMR = "rcmr"
  case cda = "cda"
  case hl7v3Organizer = "v3-organizer"
  case fhirXML = "fhir.xml"
  case fhirJSON = "fhir.json"
  case mapped = "mapped"
}

/// What one message of a feed says.
public struct Message: Hashable, Sendable {
  public var dialect: Dialect
  /// For `.mapped`: the mapping file's name.
  public var mapping: String?
  /// The sender's own id of the message (MSH-10, id); nil where there is none: its bytes then stand for it.
  public var messageID: String?
  public var messageTime: Instant
  /// None only where something is said of patients' numbers.
  public var reports: [Report]
  /// What the sender says of its own patients' numbers: that two are one person's, or are not, or have changed.
  public var patientEvents: [PatientEvent] = []

  public init(
    dialect: Dialect, messageID: String?, messageTime: Instant, reports: [Report], patientEvents: [PatientEvent] = []
  ) {
    self.dialect = dialect
    self.messageID = messageID
    self.messageTime = messageTime
    self.reports = reports
    self.patientEvents = patientEvents
  }
}
